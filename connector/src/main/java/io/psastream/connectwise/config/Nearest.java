package io.psastream.connectwise.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Suggests the known name that is nearest to an unknown one. */
public final class Nearest {

  private Nearest() {}

  /** "Did you mean …?" where a known name is near enough, else the list of all. */
  public static String hint(String name, Collection<String> known) {
    return within(Math.max(2, name.length() / 3), name, known)
        .map(candidate -> "Did you mean " + candidate + "?")
        .orElse("Known are " + String.join(", ", new TreeSet<>(known)) + ".");
  }

  /** The nearest of the known names that differ in so many letters at most. */
  static Optional<String> within(int most, String name, Collection<String> known) {
    return known.stream()
        .filter(candidate -> Math.abs(candidate.length() - name.length()) <= most)
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(candidate -> distance(name, candidate) <= most);
  }

  /** Levenshtein's distance, ignoring case. */
  static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
