package io.psastream.connectwise.source;

import io.psastream.connectwise.client.TroubleLog;
import io.psastream.connectwise.source.offset.Bitmaps;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.KnownIds.Chunk;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.SourcePartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that are sent only for their offsets: heartbeats of idle queries, and the known ids of a
 * query, in chunks. They go to the heartbeat topic.
 */
final class Checkpoints {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final Duration AN_HOUR = Duration.ofHours(1);

  /** How long a query without room for more known ids waits before it sends a heartbeat. */
  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  /** After so many moments in a row it says that it waits. */
  private static final int LONG = 60;

  private static final String IDS = "ids";
  private static final String GONE = "gone";
  private static final String PAUSED = "paused";

  private final TroubleLog troubles = new TroubleLog(LOG, System::nanoTime, AN_HOUR);
  private final String topic;
  private final Map<String, String> partition;
  private final RecordMapper mapper;
  private int moments;

  /**
   * @param topic the heartbeat topic
   */
  Checkpoints(String topic, Map<String, String> partition, RecordMapper mapper) {
    this.topic = topic;
    this.partition = partition;
    this.mapper = mapper;
  }

  /** A record that carries nothing but an offset of the query. */
  SourceRecord heartbeat(Map<String, ?> offset) {
    return record(partition, offset);
  }

  /** A record that stores whether the query is paused. */
  SourceRecord pause(boolean paused) {
    LOG.info("Query {} is {} by a signal.", mapper.name(), paused ? "paused" : "resumed");
    return record(
        SourcePartition.pause(partition), Map.of(SourceOffset.VERSION, 1L, PAUSED, paused));
  }

  /**
   * Whether an offset says that a query is paused.
   *
   * @throws IllegalArgumentException that names the key and what it should be
   */
  static boolean paused(Map<String, ?> offset) {
    SourceOffset.checkKeys(offset, List.of(SourceOffset.VERSION, PAUSED));
    SourceOffset.checkVersion(offset);
    if (offset.get(PAUSED) instanceof Boolean paused) {
      return paused;
    }
    throw new IllegalArgumentException(PAUSED + " is neither true nor false");
  }

  /**
   * Records that store the chunks with ids that are not stored yet.
   *
   * @param now whether to store them although they are few
   */
  List<SourceRecord> ofKnownIds(KnownIds known, boolean now) {
    return known.beginCheckpoint(now).stream()
        .map(chunk -> record(SourcePartition.chunk(partition, chunk), stored(known.chunk(chunk))))
        .toList();
  }

  /**
   * Stores known ids, and waits until they are stored, before more are read: as long as they are
   * not, they are part of every offset, which has no room for all ids of a long list.
   *
   * @param standing the offset of the query after the records so far
   */
  List<SourceRecord> makeRoom(KnownIds known, Optional<Map<String, ?>> standing) {
    if (known.lost()) {
      throw new ConnectException(notStored() + " Offsets have no room for more. The task stops.");
    }
    List<SourceRecord> stores = ofKnownIds(known, true);
    if (!stores.isEmpty()) {
      moments = 0;
      return stores;
    }
    try {
      known.awaitCommit(A_MOMENT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while known ids were being stored.", e);
    }
    if (!known.full()) {
      return List.of();
    }
    if (++moments % LONG == 0) {
      LOG.warn(
          "Query {} waits until Connect has committed the offsets of its records to heartbeat.topic;"
              + " see offset.flush.interval.ms of the worker, and exempt the topic from"
              + " transformations that drop records.",
          mapper.name());
    }
    // With exactly-once support Connect commits only when something was sent.
    return standing.map(this::heartbeat).stream().toList();
  }

  /**
   * Connect is done with a record of any query.
   *
   * @return whether an offset of this query has reached Kafka with it
   */
  boolean confirm(SourceRecord record, boolean written, Optional<KnownIds> known) {
    Map<String, ?> of = record.sourcePartition();
    // A tombstone has the partition of a chunk too, but confirms one deletion and no checkpoint.
    if (record.value() != null
        && isChunk(of)
        && known.filter(ids -> ids.confirm(written)).isPresent()) {
      troubles.warn(
          "known ids are not stored",
          notStored() + " Until then they are part of the offsets of other records.");
    }
    return written && isOwn(of);
  }

  private String notStored() {
    return "The known ids of query "
        + mapper.name()
        + " cannot be stored: records to heartbeat.topic do not reach Kafka, because a"
        + " transformation drops them or errors.tolerance skips them. Exempt the topic from the"
        + " transformation, or set deletes.detect=none.";
  }

  /** Whether a partition is that of this query itself. */
  private boolean isOwn(Map<String, ?> of) {
    return partition.equals(of);
  }

  /** Whether a partition belongs to a chunk of this query. */
  boolean isChunk(Map<String, ?> of) {
    return of.containsKey(SourcePartition.IDS)
        && partition.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(of.get(entry.getKey())));
  }

  private SourceRecord record(Map<String, String> of, Map<String, ?> offset) {
    return mapper.checkpoint(topic, of, offset);
  }

  /**
   * The tombstones of deleted items, whose ids are removed from the known ones. All but the last of
   * a chunk carry the state before, so that the next sweep finds again what a crash has lost.
   */
  List<SourceRecord> tombstones(List<Long> gone, KnownIds known) {
    Map<Integer, Map<String, Object>> before = new HashMap<>();
    Map<Integer, Long> lastOf = new HashMap<>();
    for (long id : gone) {
      int chunk = KnownIds.chunkOf(id);
      before.computeIfAbsent(chunk, number -> stored(known.chunk(number)));
      lastOf.put(chunk, id);
    }
    gone.forEach(known::remove);
    List<SourceRecord> records = new ArrayList<>(gone.size());
    for (long id : gone) {
      int chunk = KnownIds.chunkOf(id);
      boolean last = lastOf.get(chunk) == id;
      Map<String, Object> offset = last ? stored(known.chunk(chunk)) : before.get(chunk);
      records.add(mapper.tombstone(id, SourcePartition.chunk(partition, chunk), offset));
    }
    return records;
  }

  private static Map<String, Object> stored(Chunk chunk) {
    Map<String, Object> offset = new LinkedHashMap<>();
    offset.put(SourceOffset.VERSION, 1L);
    offset.put(IDS, Bitmaps.encode(chunk.ids()));
    if (!chunk.gone().isEmpty()) {
      offset.put(GONE, Bitmaps.encode(chunk.gone()));
    }
    return offset;
  }

  /**
   * Reads a stored chunk.
   *
   * @throws IllegalArgumentException that names the key and what it should be
   */
  static Chunk chunk(Map<String, ?> offset) {
    SourceOffset.checkKeys(offset, List.of(SourceOffset.VERSION, IDS, GONE));
    SourceOffset.checkVersion(offset);
    if (offset.get(IDS) == null) {
      throw new IllegalArgumentException(IDS + " is missing");
    }
    return new Chunk(ids(offset, IDS), ids(offset, GONE));
  }

  private static RoaringBitmap ids(Map<String, ?> offset, String key) {
    Object text = offset.get(key);
    try {
      return text == null ? new RoaringBitmap() : Bitmaps.decode(text.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The stored chunks of a query. */
  static List<Chunk> restore(Map<String, String> partition, OffsetStorageReader offsets) {
    List<Map<String, String>> chunks = new ArrayList<>();
    for (int number = 0; number < KnownIds.CHUNKS; number++) {
      chunks.add(SourcePartition.chunk(partition, number));
    }
    return offsets.offsets(chunks).values().stream()
        .flatMap(offset -> Optional.ofNullable(offset).stream())
        .map(Checkpoints::chunk)
        .toList();
  }
}
