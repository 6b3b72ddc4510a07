package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.TestLogging;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.offset.Bitmaps;
import io.psastream.connectwise.source.offset.Commits;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.KnownIds.Chunk;
import io.psastream.connectwise.source.offset.SourcePartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.MDC;

/**
 * How known ids are stored, and when tombstones store that some are gone.
 *
 * <p>The texts are those of running connectors. When one of them cannot be read any more, do not
 * change it: give the new form another {@code version} and go on reading the old one.
 */
class CheckpointsTest {

  /** A run of the ids from 100 to 199, and 5. */
  private static final String IDS = "eJyzNmBgYGRgSGFgYmBlANHJDAAPJQGf";

  /** The id 7. */
  private static final String GONE = "eJyzMmBgYGSAAAEgZmcAAAfSAIM=";

  private final Query query = Queries.of("operation.id", "getServiceTickets").get("");
  private final Checkpoints checkpoints =
      new Checkpoints("heartbeats", Queries.PARTITION, Queries.mapper(query));
  private final Commits commits = new Commits();
  private final KnownIds known = new KnownIds(commits);

  @Test
  void aChunkIsStoredUnderItsNumberWithTheIdsAndThoseThatAreGone() {
    known.add(5);
    known.add(7);
    LongStream.range(100, 200).forEach(known::add);
    known.remove(7);

    SourceRecord record = checkpoints.ofKnownIds(known, true).get(0);

    assertThat(record.topic()).isEqualTo("heartbeats");
    assertThat(record.sourcePartition()).isEqualTo(SourcePartition.chunk(Queries.PARTITION, 0));
    assertThat(record.sourceOffset().keySet()).isEqualTo(Set.of("version", "ids", "gone"));
    assertThat(record.sourceOffset().get("version")).isEqualTo(1L);
    assertThat(stored(record, "ids")).isEqualTo(Bitmaps.decode(IDS));
    assertThat(stored(record, "gone")).isEqualTo(Bitmaps.decode(GONE));
  }

  @Test
  void aChunkOfWhichNothingIsGoneHasOnlyItsIds() {
    known.add(5);

    SourceRecord record = checkpoints.ofKnownIds(known, true).get(0);

    assertThat(record.sourceOffset().keySet()).isEqualTo(Set.of("version", "ids"));
  }

  @Test
  void theseTextsAreRead() {
    Chunk chunk = Checkpoints.chunk(Map.of("version", 1L, "ids", IDS, "gone", GONE));

    RoaringBitmap ids = RoaringBitmap.bitmapOf(5);
    ids.add(100L, 200L);
    assertThat(chunk.ids()).isEqualTo(ids);
    assertThat(chunk.gone()).isEqualTo(RoaringBitmap.bitmapOf(7));
    assertThat(Checkpoints.chunk(Map.of("version", 1L, "ids", IDS)).gone())
        .isEqualTo(new RoaringBitmap());
  }

  @Test
  void whatIsNoChunkIsRejectedWithTheKey() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checkpoints.chunk(Map.of("version", 1L)))
        .withMessage("ids is missing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checkpoints.chunk(Map.of("version", 2L, "ids", IDS)))
        .withMessage("version is 2, expected 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checkpoints.chunk(Map.of("version", 1L, "ids", IDS, "gone", "?")))
        .withMessage("gone cannot be read: not a bitmap of ids");
  }

  /** A crash between two tombstones must not lose the deletions whose tombstones were not sent. */
  @Test
  void onlyTheLastTombstoneOfAChunkStoresThatItsIdsAreGone() {
    List.of(1L, 2L, 3L, 2_000_000L).forEach(known::add);

    List<SourceRecord> tombstones = checkpoints.tombstones(List.of(1L, 2_000_000L, 2L), known);

    assertThat(tombstones).extracting(SourceRecord::key).containsExactly(1L, 2_000_000L, 2L);
    assertThat(tombstones.stream().map(each -> each.sourcePartition().get("ids")).toList())
        .isEqualTo(List.of("0", "1", "0"));
    assertThat(tombstones.stream().map(each -> stored(each, "ids")).toList())
        .isEqualTo(
            List.of(
                RoaringBitmap.bitmapOf(1, 2, 3), new RoaringBitmap(), RoaringBitmap.bitmapOf(3)));
    assertThat(stored(tombstones.get(1), "gone")).isEqualTo(RoaringBitmap.bitmapOf(2_000_000));
    assertThat(stored(tombstones.get(2), "gone")).isEqualTo(RoaringBitmap.bitmapOf(1, 2));
    assertThat(known.copy()).isEqualTo(RoaringBitmap.bitmapOf(3));
  }

  @Test
  void aQueryWhoseOffsetsAreFullStoresKnownIdsAndWaits() {
    Optional<Map<String, ?>> standing = Optional.of(Map.of("id", 7L));
    new Random(1).ints(60_000, 0, Integer.MAX_VALUE).forEach(known::add);

    List<SourceRecord> stores = checkpoints.makeRoom(known, standing);
    assertThat(stores).isNotEmpty().allMatch(each -> each.sourcePartition().containsKey("ids"));

    commits.committed();
    List<SourceRecord> heartbeat = checkpoints.makeRoom(known, standing);
    assertThat(heartbeat).hasSize(1);
    assertThat(heartbeat.get(0).sourcePartition()).isEqualTo(Queries.PARTITION);
    assertThat(heartbeat.get(0).sourceOffset()).isEqualTo(Map.of("id", 7L));
  }

  @Test
  void aQueryWhoseOffsetsAreFullFailsWhenItsKnownIdsDoNotReachKafka() {
    new Random(1).ints(60_000, 0, Integer.MAX_VALUE).forEach(known::add);
    checkpoints
        .makeRoom(known, Optional.empty())
        .forEach(store -> checkpoints.confirm(store, false, Optional.of(known)));

    assertThatThrownBy(() -> checkpoints.makeRoom(known, Optional.empty()))
        .isInstanceOf(ConnectException.class)
        .hasMessage(
            "The known ids of query getServiceTickets cannot be stored: records to heartbeat.topic"
                + " do not reach Kafka, because a transformation drops them or errors.tolerance"
                + " skips them. Exempt the topic from the transformation, or set"
                + " deletes.detect=none. Offsets have no room for more. The task stops.");
  }

  /** Connect confirms on the thread of its producer, which has no context. */
  @Test
  void thatKnownIdsDoNotReachKafkaIsLoggedAsOfQueryAndTask() throws Exception {
    MDC.put(TestLogging.CONTEXT, "[psa|task-0] ");
    Checkpoints ofTask = new Checkpoints("heartbeats", Queries.PARTITION, Queries.mapper(query));
    MDC.clear();
    known.add(5);
    SourceRecord store = ofTask.ofKnownIds(known, true).get(0);

    List<String> log = TestLogging.ofAll(() -> ofTask.confirm(store, false, Optional.of(known)));

    assertThat(log).hasSize(1);
    assertThat(log.get(0))
        .contains("[psa|task-0] The known ids of query getServiceTickets cannot be stored");
  }

  @Test
  void onlyARecordOfTheQueryItselfThatIsInKafkaCountsAsOneOfItsRecords() {
    SourceRecord own = checkpoints.heartbeat(Map.of());
    known.add(5);
    SourceRecord chunk = checkpoints.ofKnownIds(known, true).get(0);

    assertThat(checkpoints.confirm(own, true, Optional.of(known))).isTrue();
    assertThat(checkpoints.confirm(own, false, Optional.of(known))).isFalse();
    assertThat(checkpoints.confirm(chunk, true, Optional.of(known))).isFalse();
  }

  @Test
  void knowsTheChunksOfItsOwnQuery() {
    Map<String, String> other = new HashMap<>(Queries.PARTITION);
    other.put("options", "z");

    assertThat(checkpoints.isChunk(SourcePartition.chunk(Queries.PARTITION, 3))).isTrue();
    assertThat(checkpoints.isChunk(Queries.PARTITION)).isFalse();
    assertThat(checkpoints.isChunk(SourcePartition.chunk(other, 3))).isFalse();
  }

  private static RoaringBitmap stored(SourceRecord record, String key) {
    return Bitmaps.decode((String) record.sourceOffset().get(key));
  }
}
