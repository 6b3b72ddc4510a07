package io.psastream.connectwise.source.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.roaringbitmap.RoaringBitmap;

class SourceOffsetTest {

  private static final Instant FROM = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant TO = FROM.plusSeconds(60);

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, Long.MIN_VALUE + 1, Long.MAX_VALUE})
  void everyIdCanBeStored(long id) {
    Map<String, Object> stored =
        Map.of("version", 1L, "to", TO.toString(), "id", id, "refresh", id);

    SourceOffset read = SourceOffset.fromMap(stored);

    assertThat(read.position()).isEqualTo(id);
    assertThat(read.refresh()).contains(id);
    assertThat(read.toMap()).containsAllEntriesOf(stored);
  }

  @Test
  void survivesItsMap() {
    VersionSet sent = new VersionSet();
    sent.add(3, FROM.getEpochSecond());
    SourceOffset offset =
        new SourceOffset(
            Window.between(FROM, TO),
            42,
            true,
            sent,
            Optional.of(FROM.minusSeconds(60)),
            Optional.of(FROM.minusSeconds(15)),
            Optional.of(FROM.plusSeconds(3)),
            Optional.of(TO),
            Optional.of(7L),
            RoaringBitmap.bitmapOf(5));

    SourceOffset read = SourceOffset.fromMap(offset.toMap());

    assertThat(read.window()).isEqualTo(offset.window());
    assertThat(read.position()).isEqualTo(42);
    assertThat(read.byId()).isTrue();
    assertThat(read.reach()).contains(FROM.minusSeconds(60));
    assertThat(read.after()).contains(FROM.minusSeconds(15));
    assertThat(read.seen()).contains(FROM.plusSeconds(3));
    assertThat(read.opened()).contains(TO);
    assertThat(read.sent().contains(3, FROM.getEpochSecond())).isTrue();
    assertThat(read.refresh()).contains(7L);
    assertThat(read.fresh().contains(5)).isTrue();
  }

  @Test
  void whereTheListIsReadOtherwiseTheWindowHoldsAndTheWayThroughItDoesNot() {
    Map<String, Object> ids = new HashMap<>();
    ids.putAll(Map.of("version", 1L, "to", TO.toString(), "id", 42L, "refresh", 7L));
    ids.putAll(Map.of("seen", FROM.toString(), "opened", TO.toString()));
    SourceOffset offset = SourceOffset.fromMap(ids);
    SourceOffset counts = offset.usable(true, false).orElseThrow();

    assertThat(offset.usable(true, true)).contains(offset);
    assertThat(offset.usable(false, true)).isEmpty();
    ids.keySet().removeAll(List.of("id", "refresh"));
    assertThat(counts.usable(true, true).orElseThrow().toMap()).isEqualTo(ids);
    ids.put("count", 0L);
    assertThat(counts.toMap()).isEqualTo(ids);
  }

  @Test
  void isReadableAndHoldsPrimitivesOnly() {
    SourceOffset offset = SourceOffset.at(Window.between(FROM, TO), 42, true);

    assertThat(offset.toMap())
        .isEqualTo(
            Map.of(
                "version",
                1L,
                "from",
                "2026-03-01T12:00:00Z",
                "to",
                "2026-03-01T12:01:00Z",
                "id",
                42L));
  }

  @Test
  void keepsNumbersOfItemsApartFromIds() {
    SourceOffset offset = SourceOffset.at(Window.EVERYTHING, 17, false);

    SourceOffset read = SourceOffset.fromMap(offset.toMap());

    assertThat(offset.toMap()).isEqualTo(Map.of("version", 1L, "count", 17L));
    assertThat(read.byId()).isFalse();
    assertThat(read.window()).isEqualTo(Window.EVERYTHING);
  }

  @Test
  void namesTheKeyThatIsWrong() {
    assertRefused(Map.of("version", 2L), "version is 2, expected 1");
    assertRefused(
        Map.of("version", 1L, "to", "yesterday"),
        "to is \"yesterday\", expected a UTC time such as 2026-01-31T12:00:00Z");
    assertRefused(
        Map.of("version", 1L, "from", FROM.toString()), "to is missing; it goes with from");
    assertRefused(
        Map.of("version", 1L, "from", TO.toString(), "to", FROM.toString()), "from is after to");
    assertRefused(
        Map.of("version", 1L, "to", TO.toString(), "id", "ten"),
        "id is \"ten\", expected a whole number");
    assertRefused(
        Map.of("version", 1L, "to", TO.toString(), "sent", "?"),
        "sent cannot be read; leave it out to have the overlap sent again");
  }

  @Test
  void isWorkedOutOnlyWhenLookedAt() {
    Map<String, Object> calls = new HashMap<>();
    Map<String, Object> lazy =
        new SourceOffset.Lazy(
            () -> {
              calls.put("asked", true);
              return SourceOffset.at(Window.EVERYTHING, 1, true);
            });

    assertThat(calls).isEmpty();
    assertThat(lazy).containsEntry("id", 1L);
    assertThat(calls).isNotEmpty();
  }

  /** Connect keeps the records of a transaction in a hash map. */
  @Test
  void recordsAreHashedAndComparedWithoutWorkingOutTheirOffsets() {
    SourceRecord record = recordThatMustNotBeAsked();
    SourceRecord other = recordThatMustNotBeAsked();
    Map<SourceRecord, String> records = new HashMap<>();

    records.put(record, "a");
    records.put(other, "b");

    assertThat(records).containsEntry(record, "a").containsEntry(other, "b").hasSize(2);
    assertThat(record.equals(other)).isFalse();
  }

  private static SourceRecord recordThatMustNotBeAsked() {
    Map<String, Object> offset =
        new SourceOffset.Lazy(
            () -> {
              throw new AssertionError("was asked");
            });
    return new SourceRecord(Map.of("site", "a"), offset, "topic", null, "value");
  }

  private static void assertRefused(Map<String, ?> map, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SourceOffset.fromMap(map))
        .withMessage(message);
  }
}
