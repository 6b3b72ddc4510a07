package io.psastream.connectwise.simulator.condition;

import java.util.regex.Pattern;

/** The patterns of {@code like}. */
public final class Wildcards {

  private Wildcards() {}

  /** Both wildcards of the API, {@code *} and {@code %}; {@code [x]} stands for x itself. */
  public static Pattern pattern(String text) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*' || c == '%') {
        regex.append(".*");
      } else if (c == '[' && i + 2 < text.length() && text.charAt(i + 2) == ']') {
        regex.append(Pattern.quote(text.substring(i + 1, i + 2)));
        i += 2;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  }
}
