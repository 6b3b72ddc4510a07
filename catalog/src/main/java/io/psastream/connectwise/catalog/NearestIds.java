package io.psastream.connectwise.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds the OperationIds that a mistyped one may have meant: those that differ in a few letters, or
 * that have the same words and some more ({@code getTickets} for {@code getServiceTickets}).
 */
final class NearestIds {

  private static final int MOST = 3;
  private static final int EXTRA_WORD = 2;
  private static final int MISSING_WORD = 6;

  private NearestIds() {}

  private record Candidate(String id, int distance) {}

  /** At most three ids, the nearest first; none when nothing is near. */
  static List<String> of(String wanted, Collection<Operation> operations) {
    List<String> words = words(wanted);
    String letters = wanted.toLowerCase(Locale.ROOT);
    int limit = Math.max(3, wanted.length() / 3);
    return operations.stream()
        .map(operation -> candidate(operation.id(), words, letters))
        .filter(candidate -> candidate.distance() <= limit)
        .sorted(
            Comparator.comparingInt(Candidate::distance)
                .thenComparingInt(candidate -> candidate.id().length())
                .thenComparing(Candidate::id))
        .limit(MOST)
        .map(Candidate::id)
        .toList();
  }

  private static Candidate candidate(String id, List<String> words, String letters) {
    int byLetters = distance(letters, id.toLowerCase(Locale.ROOT));
    return new Candidate(id, Math.min(byLetters, byWords(words, words(id))));
  }

  private static int byWords(List<String> wanted, List<String> words) {
    int[][] costs = new int[wanted.size() + 1][words.size() + 1];
    for (int i = 0; i <= wanted.size(); i++) {
      for (int j = 0; j <= words.size(); j++) {
        costs[i][j] = i == 0 && j == 0 ? 0 : Integer.MAX_VALUE / 2;
        if (i > 0) {
          costs[i][j] = Math.min(costs[i][j], costs[i - 1][j] + MISSING_WORD);
        }
        if (j > 0) {
          costs[i][j] = Math.min(costs[i][j], costs[i][j - 1] + EXTRA_WORD);
        }
        if (i > 0 && j > 0) {
          int change = distance(wanted.get(i - 1), words.get(j - 1));
          costs[i][j] = Math.min(costs[i][j], costs[i - 1][j - 1] + change);
        }
      }
    }
    return costs[wanted.size()][words.size()];
  }

  /** The words of an id in camel case, in lower case. */
  private static List<String> words(String id) {
    List<String> words = new ArrayList<>();
    for (String word : id.split("(?=\\p{Upper})", -1)) {
      words.add(word.toLowerCase(Locale.ROOT));
    }
    return words;
  }

  /** Levenshtein's distance: how many letters must be added, left out or changed. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(previous[j - 1] + change, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
