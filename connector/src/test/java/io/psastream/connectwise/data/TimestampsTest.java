package io.psastream.connectwise.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.data.Timestamps.Read;
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
    assertThat(Timestamps.seconds(text)).contains(new Read(Instant.parse(text), true));
    assertThat(Timestamps.exactMillis(text)).contains(Instant.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T12:34:56.789Z, 2026-03-01T12:34:56Z",
    "2026-03-01T12:34:56+02:00, 2026-03-01T10:34:56Z",
    "2026-03-01T24:00:00Z, 2026-03-02T00:00:00Z",
    "2026-03-01 12:34:56Z, 2026-03-01T12:34:56Z",
    "2026-03-01 12:34:56.1234567 +00:00, 2026-03-01T12:34:56Z",
    "2026-03-01T12:34:56.123456789012-0530, 2026-03-01T18:04:56Z",
    "'2026-03-01T12:34:56,5+02', 2026-03-01T10:34:56Z",
    "1960-03-01T12:34:56.9Z, 1960-03-01T12:34:56Z",
    "2026-03-01t12:34z, 2026-03-01T12:34:00Z",
    "' 2026-03-01 12:34:56 UTC ', 2026-03-01T12:34:56Z",
  })
  void readsEveryFormThatMeansOneInstant(String text, String second) {
    assertThat(Timestamps.seconds(text)).contains(new Read(Instant.parse(second), true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-03-01T12:34:56", "2026-03-01 12:34:56", "2026-03-01T12:34:56.789"})
  void takesAZoneThatIsMissingForUtcAndTellsSo(String text) {
    assertThat(Timestamps.seconds(text))
        .contains(new Read(Instant.parse("2026-03-01T12:34:56Z"), false));
  }

  /** A value that became a time would have lost how it was written. */
  @ParameterizedTest
  @ValueSource(strings = {"2026-03-01T12:34:56", "2026-03-01 12:34:56Z", "2026-03-01T12:34Z"})
  void valuesAreTimesOnlyInTheFormOfTheApi(String text) {
    assertThat(Timestamps.exactMillis(text)).isEmpty();
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
        "2026-01-01",
        "2026-01-01T00:00:00+25:00",
        "2026-01-0100:00:00Z",
        "01/31/2026 12:00:00",
        "2026-01-01T00:00:00 EST"
      })
  void findsNoneInAnythingElse(String text) {
    assertThat(Timestamps.seconds(text)).isEmpty();
  }
}
