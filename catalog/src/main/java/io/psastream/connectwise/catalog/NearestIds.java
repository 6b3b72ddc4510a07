package io.psastream.connectwise.catalog;

import static java.util.Comparator.comparingInt;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds the OperationIds that a mistyped one may have meant: those that differ in a few letters,
 * and those that have the same words, or nearly, and some more ({@code getServiceTicketNotes} for
 * {@code getServiceTicketsByParentIdNotes}).
 */
final class NearestIds {

  private static final int MOST = 3;

  /** More letters than this, and equal letters are chance. */
  private static final int MOST_LETTERS = 3;

  /** What is longer is no mistyped id (the longest has fewer than 100 letters). */
  private static final int LONGEST = 150;

  private static final int EXTRA_WORD = 2;
  private static final int EXTRA_FILLER = 1;
  private static final int MISSING_WORD = 6;

  /** Words that name no resource, and are easily forgotten. */
  private static final Set<String> FILLERS = Set.of("by", "id", "parent", "grandparent");

  private NearestIds() {}

  private record Candidate(String id, int distance) {}

  /** At most three ids, the nearest first; none when nothing is near. */
  static List<String> of(String wanted, Collection<Operation> operations) {
    if (wanted.length() > LONGEST) {
      return List.of();
    }
    String letters = wanted.toLowerCase(Locale.ROOT);
    List<String> words = words(wanted);
    int limit = Math.max(4, wanted.length() / 3);
    return operations.stream()
        .map(operation -> candidate(operation.id(), letters, words))
        .filter(candidate -> candidate.distance() <= limit)
        .sorted(
            comparingInt(Candidate::distance)
                .thenComparing(comparingInt(candidate -> candidate.id().length()))
                .thenComparing(Candidate::id))
        .limit(MOST)
        .map(Candidate::id)
        .toList();
  }

  private static Candidate candidate(String id, String letters, List<String> words) {
    int distance =
        Math.abs(letters.length() - id.length()) <= MOST_LETTERS
            ? letters(letters, id.toLowerCase(Locale.ROOT))
            : Integer.MAX_VALUE;
    return new Candidate(id, distance <= MOST_LETTERS ? distance : words(words, words(id)));
  }

  /** The words of an id in camel case, in lower case. */
  private static List<String> words(String id) {
    String[] words = id.split("(?=\\p{Upper})", -1);
    return List.of(words).stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
  }

  /** How far the words of an id are from those wanted: a word may be extra, missing or mistyped. */
  private static int words(List<String> wanted, List<String> words) {
    int[] previous = new int[words.size() + 1];
    for (int j = 1; j <= words.size(); j++) {
      previous[j] = previous[j - 1] + extra(words.get(j - 1));
    }
    for (String word : wanted) {
      int[] current = new int[words.size() + 1];
      current[0] = previous[0] + MISSING_WORD;
      for (int j = 1; j <= words.size(); j++) {
        int skip = current[j - 1] + extra(words.get(j - 1));
        int mistyped = previous[j - 1] + mistyped(word, words.get(j - 1));
        current[j] = Math.min(previous[j] + MISSING_WORD, Math.min(skip, mistyped));
      }
      previous = current;
    }
    return previous[words.size()];
  }

  private static int extra(String word) {
    return FILLERS.contains(word) ? EXTRA_FILLER : EXTRA_WORD;
  }

  /** A word more than half of whose letters differ is another word. */
  private static int mistyped(String a, String b) {
    int letters = letters(a, b);
    return letters <= Math.max(a.length(), b.length()) / 2 ? letters : MISSING_WORD + EXTRA_WORD;
  }

  /** Levenshtein's distance: how many letters must be added, left out or changed. */
  private static int letters(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 1; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(changed, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
