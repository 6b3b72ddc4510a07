package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with the escapes of URLs, JSON and HTML undone, and where each character came from. */
final class Unescaped {

  /** The ellipsis of a text that was cut, as it is in {@link #text}. */
  static final String ELLIPSIS = lower("…".getBytes(UTF_8));

  /** Escapes of escapes beyond this are nobody's. */
  private static final int MOST_LEVELS = 4;

  private static final Pattern ESCAPE =
      Pattern.compile(
          "(?:%|\\\\x)(?<byte>[0-9a-f]{2})|\\\\u(?<unit>[0-9a-f]{4})|&#x(?<hex>[0-9a-f]{1,5});?"
              + "|&#(?<decimal>[0-9]{1,6});?|\\\\(?<char>[\"'\\\\/])"
              + "|&(?<name>amp|lt|gt|quot|apos);");

  private final String text;
  private final int[] origin;
  private final int level;

  /**
   * A view of a text.
   *
   * @param text the UTF-8 bytes of the text, one character each, in lower case
   * @param origin where each of them begins in the original, and where the last one ends
   * @param level how often escapes were undone
   */
  private Unescaped(String text, int[] origin, int level) {
    this.text = text;
    this.origin = origin;
    this.level = level;
  }

  static Unescaped of(String text) {
    Builder builder = new Builder(text.length() * 3);
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      builder.add(Character.toString(point).getBytes(UTF_8), i);
      i += Character.charCount(point);
    }
    return builder.done(text.length(), 0);
  }

  /** The same with its escapes undone once more; empty where there are none. */
  Optional<Unescaped> next() {
    Matcher escape = ESCAPE.matcher(text);
    if (level == MOST_LEVELS || !escape.find()) {
      return Optional.empty();
    }
    Builder builder = new Builder(text.length());
    int from = 0;
    do {
      builder.copy(this, from, escape.start());
      builder.add(meaning(escape), origin[escape.start()]);
      from = escape.end();
    } while (escape.find());
    builder.copy(this, from, text.length());
    return Optional.of(builder.done(origin[text.length()], level + 1));
  }

  private static byte[] meaning(Matcher escape) {
    if (escape.group("byte") != null) {
      return new byte[] {(byte) Integer.parseInt(escape.group("byte"), 16)};
    }
    String hex = escape.group("unit") == null ? escape.group("hex") : escape.group("unit");
    if (hex != null) {
      return Character.toString(Integer.parseInt(hex, 16)).getBytes(UTF_8);
    }
    if (escape.group("decimal") != null) {
      return Character.toString(Integer.parseInt(escape.group("decimal"))).getBytes(UTF_8);
    }
    if (escape.group("char") != null) {
      return escape.group("char").getBytes(ISO_8859_1);
    }
    String character =
        switch (escape.group("name")) {
          case "amp" -> "&";
          case "lt" -> "<";
          case "gt" -> ">";
          case "quot" -> "\"";
          default -> "'";
        };
    return character.getBytes(ISO_8859_1);
  }

  /** Its UTF-8 bytes, one character each, in lower case. */
  String text() {
    return text;
  }

  /** Marks where these characters are in the original. */
  void mark(int start, int end, BitSet marks) {
    marks.set(origin[start], origin[end]);
  }

  private static String lower(byte[] bytes) {
    return new String(bytes, ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  private static final class Builder {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int[] origins;

    Builder(int most) {
      origins = new int[most + 1];
    }

    void add(byte[] some, int origin) {
      for (byte each : some) {
        origins[bytes.size()] = origin;
        bytes.write(each);
      }
    }

    void copy(Unescaped other, int start, int end) {
      for (int i = start; i < end; i++) {
        origins[bytes.size()] = other.origin[i];
        bytes.write(other.text.charAt(i));
      }
    }

    Unescaped done(int end, int level) {
      origins[bytes.size()] = end;
      return new Unescaped(lower(bytes.toByteArray()), origins, level);
    }
  }
}
