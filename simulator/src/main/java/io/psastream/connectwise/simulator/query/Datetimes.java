package io.psastream.connectwise.simulator.query;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Reads the datetime between square brackets. */
@FunctionalInterface
public interface Datetimes {

  /**
   * UTC, with {@code Z} or without, to the second or finer, or a date alone. An offset such as
   * {@code +00:00} is refused: servers are known to compare it wrongly (P21a).
   */
  Datetimes STRICT =
      text -> {
        if (text.indexOf('T') < 0) {
          return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        return text.endsWith("Z")
            ? Instant.parse(text)
            : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
      };

  /** Fails with a DateTimeException when the text is no datetime. */
  Instant read(String text);

  /**
   * A server that takes zoned times for local ones of a zone so many minutes east of UTC, and
   * compares naive ones rightly (P21a).
   */
  static Datetimes misreadZones(int minutes) {
    return text -> {
      boolean zoned = text.endsWith("Z") || text.matches(".*T.*[+-]\\d\\d:\\d\\d");
      Instant read = zoned ? OffsetDateTime.parse(text).toInstant() : STRICT.read(text);
      return zoned ? read.minusSeconds(minutes * 60L) : read;
    };
  }
}
