package io.psastream.connectwise.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A path with named parameters, such as {@code /service/tickets/{id}}.
 *
 * <p>Two templates are equal when their texts are: {@code /a/{id}} is not {@code /a/{ticketId}}.
 */
public final class PathTemplate {

  /** What RFC 3986 leaves as it is (section 2.3). */
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private static final String HEX = "0123456789ABCDEF";

  private final String text;
  private final List<String> parameters;

  private PathTemplate(String text, List<String> parameters) {
    this.text = text;
    this.parameters = parameters;
  }

  /**
   * Parses a template.
   *
   * @throws IllegalArgumentException when it does not begin with a slash, a brace is unbalanced, or
   *     a name is empty or given twice
   */
  public static PathTemplate parse(String text) {
    check(text.startsWith("/"), text, "must begin with a slash");
    List<String> names = new ArrayList<>();
    int from = 0;
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
      int close = text.indexOf('}', open);
      check(close > 0, text, "has an opening brace without a closing one");
      check(noBrace(text, from, open), text, "has a closing brace without an opening one");
      String name = text.substring(open + 1, close);
      check(!name.isBlank(), text, "has a parameter without a name");
      check(name.indexOf('{') < 0, text, "has a brace inside a parameter");
      check(!names.contains(name), text, "has a parameter twice");
      names.add(name);
      from = close + 1;
    }
    check(noBrace(text, from, text.length()), text, "has a closing brace without an opening one");
    return new PathTemplate(text, List.copyOf(names));
  }

  /** The names of the parameters, in the order of the path. */
  public List<String> parameters() {
    return parameters;
  }

  /**
   * The path with every parameter replaced by its percent-encoded value (RFC 3986 path segment,
   * UTF-8). Values without a parameter are ignored.
   *
   * @throws IllegalArgumentException when a value is missing or blank, or is {@code .} or {@code
   *     ..}, which would address another resource however it is encoded; the message names the
   *     parameter and never quotes the value
   */
  public String expand(Map<String, ?> values) {
    StringBuilder path = new StringBuilder(text.length() + 16);
    int from = 0;
    for (String name : parameters) {
      int open = text.indexOf('{', from);
      path.append(text, from, open);
      encode(value(name, values), path);
      from = open + name.length() + 2;
    }
    return path.append(text, from, text.length()).toString();
  }

  private String value(String name, Map<String, ?> values) {
    Object value = values.get(name);
    String string = value == null ? "" : value.toString();
    if (string.isBlank()) {
      throw refused(text, "needs a value for the path parameter \"" + name + "\"");
    }
    if (string.equals(".") || string.equals("..")) {
      throw refused(text, "cannot take a dot segment as the path parameter \"" + name + "\"");
    }
    return string;
  }

  private static void encode(String value, StringBuilder out) {
    for (byte octet : value.getBytes(UTF_8)) {
      char c = (char) (octet & 0xff);
      if (UNRESERVED.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
  }

  private static boolean noBrace(String text, int from, int to) {
    int close = text.indexOf('}', from);
    return close < 0 || close >= to;
  }

  private static void check(boolean fine, String text, String problem) {
    if (!fine) {
      throw refused(text, problem);
    }
  }

  private static IllegalArgumentException refused(String text, String problem) {
    return new IllegalArgumentException("The path \"" + text + "\" " + problem + ".");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathTemplate that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The text of the template. */
  @Override
  public String toString() {
    return text;
  }
}
