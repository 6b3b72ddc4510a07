package io.psastream.connectwise.data;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the API's timestamps, {@code 2026-01-31T12:00:00Z} (docs/connectwise-api.md section 4), and
 * the other forms in which servers write the same.
 */
public final class Timestamps {

  private static final String SHAPE = "0000-00-00T00:00:00Z";

  /** Date, hour and minute, second, fraction, and the hour and the minute of the offset or UTC. */
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*(\\d{4}-\\d\\d-\\d\\d)(?:T|\\s+)(\\d\\d:\\d\\d)(:\\d\\d)?(?:[.,]\\d+)?"
              + "\\s*(?:(?<utc>Z|UTC|GMT)|(?<hour>[+-]\\d\\d)(?::?(?<minute>\\d\\d))?)?\\s*",
          Pattern.CASE_INSENSITIVE);

  private Timestamps() {}

  /** A time in whole seconds, and whether its text says of which zone. */
  public record Read(Instant second, boolean zoned) {}

  /**
   * The time in a text that means one instant: with or without seconds and fractions of them, a
   * blank for the {@code T}, any offset; a zone that is missing is UTC. Empty when there is none.
   */
  public static Optional<Read> seconds(String text) {
    try {
      return usual(text) ? Optional.of(new Read(fast(text), true)) : anyForm(text);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<Read> anyForm(String text) {
    Matcher form = FORM.matcher(text.replace("\0", ""));
    if (!form.matches()) {
      return Optional.empty();
    }
    String second = form.group(3) == null ? ":00" : form.group(3);
    String minute = form.group("minute") == null ? "00" : form.group("minute");
    String offset = form.group("hour") == null ? "Z" : form.group("hour") + ":" + minute;
    Instant time = Instant.parse(form.group(1) + "T" + form.group(2) + second + offset);
    return Optional.of(new Read(time, form.group("utc") != null || form.group("hour") != null));
  }

  /**
   * The time in a text of the API's form; empty when there is none, or when milliseconds are too
   * coarse for it. Not in any other form, of which the time would keep nothing.
   */
  public static Optional<Instant> exactMillis(String text) {
    try {
      Instant time = usual(text) ? fast(text) : Instant.parse(text);
      return Instant.ofEpochMilli(time.toEpochMilli()).equals(time)
          ? Optional.of(time)
          : Optional.empty();
    } catch (DateTimeParseException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static boolean usual(String text) {
    if (text.length() != SHAPE.length()) {
      return false;
    }
    for (int i = 0; i < SHAPE.length(); i++) {
      char at = text.charAt(i);
      boolean fits = SHAPE.charAt(i) == '0' ? at >= '0' && at <= '9' : at == SHAPE.charAt(i);
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /**
   * A tenth of the time that the general parser takes, which an item a few microseconds long feels.
   */
  private static Instant fast(String text) {
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (hour > 23 || minute > 59 || second > 59) {
      return Instant.parse(text);
    }
    try {
      LocalDate day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
      return Instant.ofEpochSecond((day.toEpochDay() * 24 + hour) * 3_600 + minute * 60L + second);
    } catch (DateTimeException e) {
      throw new DateTimeParseException("no such day", text, 0, e);
    }
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }
}
