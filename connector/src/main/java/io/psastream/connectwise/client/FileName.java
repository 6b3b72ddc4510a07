package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the file name of a {@code Content-Disposition} (RFC 6266), without folders and control
 * characters, so that a file of this name is not written outside of the intended folder.
 */
final class FileName {

  private static final Pattern PARAMETER =
      Pattern.compile(
          ";\\s*(?<name>[\\w*]+)\\s*=\\s*(?:\"(?<quoted>(?:[^\"\\\\]|\\\\.)*)\"|(?<token>[^;]*))");

  /** RFC 5987: charset, language, percent-encoded text. */
  private static final Pattern EXTENDED =
      Pattern.compile(
          "(?<charset>UTF-8|ISO-8859-1)'[^']*'(?<text>(?:[^%]|%\\p{XDigit}{2})*)",
          Pattern.CASE_INSENSITIVE);

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
    Matcher parameter = PARAMETER.matcher(disposition);
    while (parameter.find()) {
      String value =
          parameter.group("quoted") == null
              ? parameter.group("token").strip()
              : unescaped(parameter.group("quoted"));
      switch (parameter.group("name").toLowerCase(Locale.ROOT)) {
        case "filename" -> plain = decodedWord(value);
        case "filename*" -> extended = percentDecoded(value);
        default -> {} // sizes and dates
      }
    }
    // Where both are given, the extended form is more accurate.
    return Stream.of(extended, plain)
        .flatMap(Optional::stream)
        .flatMap(name -> bare(name).stream())
        .findFirst();
  }

  /** {@code \"} is a quote; other backslashes stay, since some browsers send Windows paths. */
  private static String unescaped(String quoted) {
    return quoted.replace("\\\"", "\"");
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
    if (!extended.matches()) {
      return Optional.empty();
    }
    Charset charset = extended.group("charset").equalsIgnoreCase("UTF-8") ? UTF_8 : ISO_8859_1;
    String text = extended.group("text");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(text.charAt(i));
      }
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
    return name.substring(0, LONGEST - extension.length()) + extension;
  }
}
