package io.psastream.connectwise.source;

import io.psastream.connectwise.source.offset.Bitmaps;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.KnownIds.Chunk;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.SourcePartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.roaringbitmap.RoaringBitmap;

/**
 * Records that are sent only for their offsets: heartbeats of idle queries, and the known ids of a
 * query, in chunks. They go to the heartbeat topic.
 */
final class Checkpoints {

  private static final String IDS = "ids";
  private static final String GONE = "gone";

  private final String topic;
  private final Map<String, String> partition;
  private final RecordMapper mapper;

  /**
   * @param topic the heartbeat topic
   */
  Checkpoints(String topic, Map<String, String> partition, RecordMapper mapper) {
    this.topic = topic;
    this.partition = partition;
    this.mapper = mapper;
  }

  /** A record with the current offset of the query. */
  SourceRecord heartbeat(Map<String, Object> offset) {
    return record(partition, offset);
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

  /** Whether a partition belongs to a chunk of this query. */
  boolean isChunk(Map<String, ?> of) {
    return of.containsKey(SourcePartition.IDS)
        && partition.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(of.get(entry.getKey())));
  }

  private SourceRecord record(Map<String, String> of, Map<String, Object> offset) {
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
