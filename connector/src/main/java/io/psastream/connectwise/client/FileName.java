package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the file name of a {@code Content-Disposition} (RFC 6266), without folders and control
 * characters, so that a file of this name is not written outside of the intended folder.
 */
final class FileName {

  /** RFC 5987: charset, language, and then percent-encoded text. */
  private static final Pattern EXTENDED =
      Pattern.compile("(?<charset>UTF-8|ISO-8859-1)'[^']*'", Pattern.CASE_INSENSITIVE);

  /** RFC 2047, which .NET uses for names that are not ASCII. */
  private static final Pattern ENCODED_WORD =
      Pattern.compile("=\\?utf-8\\?B\\?(?<text>[\\w+/=]+)\\?=", Pattern.CASE_INSENSITIVE);

  private static final int LONGEST = 255;

  private FileName() {}

  /** The file name in a header; empty when there is no header, or no usable name in it. */
  static Optional<String> of(String disposition) {
    if (disposition == null) {
      return Optional.empty();
    }
    Optional<String> plain = Optional.empty();
    Optional<String> extended = Optional.empty();
    for (Map.Entry<String, String> parameter : parameters(disposition)) {
      switch (parameter.getKey().toLowerCase(Locale.ROOT)) {
        case "filename" -> plain = decodedWord(parameter.getValue());
        case "filename*" -> extended = percentDecoded(parameter.getValue());
        default -> {} // sizes and dates
      }
    }
    // Where both are given, the extended form is more accurate.
    return Stream.of(extended, plain)
        .flatMap(Optional::stream)
        .flatMap(name -> bare(name).stream())
        .findFirst();
  }

  /**
   * The parameters, name and value, in one pass: a regular expression for quoted text recurses once
   * for each of its characters, and how many there are is up to the server.
   */
  private static List<Map.Entry<String, String>> parameters(String disposition) {
    List<Map.Entry<String, String>> parameters = new ArrayList<>();
    int start = end(disposition, 0) + 1;
    while (start < disposition.length()) {
      int end = end(disposition, start);
      String parameter = disposition.substring(start, end);
      int equals = parameter.indexOf('=');
      if (equals >= 0) {
        String name = parameter.substring(0, equals).strip();
        parameters.add(Map.entry(name, unquoted(parameter.substring(equals + 1).strip())));
      }
      start = end + 1;
    }
    return parameters;
  }

  /** The place of the next semicolon that is not quoted, or the length where there is none. */
  private static int end(String text, int start) {
    boolean quoted = false;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == ';' && !quoted) {
        return i;
      }
    }
    return text.length();
  }

  /** {@code \"} is a quote; other backslashes stay, since some browsers send Windows paths. */
  private static String unquoted(String value) {
    if (!value.startsWith("\"")) {
      return value;
    }
    int end = 1;
    while (end < value.length() && value.charAt(end) != '"') {
      end += value.charAt(end) == '\\' ? 2 : 1;
    }
    return value.substring(1, Math.min(end, value.length())).replace("\\\"", "\"");
  }

  private static Optional<String> decodedWord(String value) {
    Matcher word = ENCODED_WORD.matcher(value);
    if (!word.matches()) {
      return Optional.of(value);
    }
    try {
      return Optional.of(new String(Base64.getDecoder().decode(word.group("text")), UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.of(value);
    }
  }

  private static Optional<String> percentDecoded(String value) {
    Matcher extended = EXTENDED.matcher(value);
    if (!extended.lookingAt()) {
      return Optional.empty();
    }
    Charset charset = extended.group("charset").equalsIgnoreCase("UTF-8") ? UTF_8 : ISO_8859_1;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = extended.end(); i < value.length(); i++) {
      if (value.charAt(i) != '%') {
        bytes.write(value.charAt(i));
        continue;
      }
      int high = i + 2 < value.length() ? Character.digit(value.charAt(i + 1), 16) : -1;
      int low = i + 2 < value.length() ? Character.digit(value.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        return Optional.empty();
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    return Optional.of(bytes.toString(charset));
  }

  private static Optional<String> bare(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String clean = last.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "").strip();
    if (clean.isEmpty() || clean.matches("\\.+")) {
      return Optional.empty();
    }
    return Optional.of(clean.length() <= LONGEST ? clean : shortened(clean));
  }

  /** Keeps the extension, which says how to open the file. */
  private static String shortened(String name) {
    int dot = name.lastIndexOf('.');
    String extension = dot > 0 && name.length() - dot <= 16 ? name.substring(dot) : "";
    int end = LONGEST - extension.length();
    boolean half = Character.isHighSurrogate(name.charAt(end - 1));
    return name.substring(0, half ? end - 1 : end) + extension;
  }
}
