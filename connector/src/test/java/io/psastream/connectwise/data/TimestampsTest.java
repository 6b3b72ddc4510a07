package io.psastream.connectwise.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a timestamp, and which. */
class TimestampsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T12:34:56Z",
        "2024-02-29T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "1900-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z"
      })
  void readsWhatTheGeneralParserReads(String text) {
    assertThat(Timestamps.seconds(text)).contains(Instant.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T12:34:56.789Z, 2026-03-01T12:34:56Z",
    "2026-03-01T12:34:56+02:00, 2026-03-01T10:34:56Z",
    "2026-03-01T24:00:00Z, 2026-03-02T00:00:00Z",
  })
  void cutsToWholeSecondsAndUtc(String text, String second) {
    assertThat(Timestamps.seconds(text)).contains(Instant.parse(second));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00 "
      })
  void findsNoneInAnythingElse(String text) {
    assertThat(Timestamps.seconds(text)).isEmpty();
  }
}
