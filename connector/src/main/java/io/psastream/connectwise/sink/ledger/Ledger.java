package io.psastream.connectwise.sink.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.sink.config.LedgerSettings;
import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.ledger.LedgerEntry.EntryPlace;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Remembers in a topic which creates were begun and what came of them, so that none is made twice
 * and every doubt is told: also when the task is killed, stands still, or loses its partitions.
 *
 * <p>The entry of a partition's creates is written by its owner alone: opening a partition fences
 * the producer of the former owner. Opened and closed by the task's thread, written by any.
 */
public final class Ledger implements AutoCloseable {

  /** Longer than an open transaction of a task that stands still can hide what is behind it. */
  private static final Duration READING = Duration.ofMinutes(2);

  private static final Duration POLL = Duration.ofMillis(200);

  private final LedgerSettings settings;
  private final Function<String, Producer<byte[], byte[]>> producers;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final LongSupplier nanos;
  private final Map<TopicPartition, PartitionLedger> partitions = new ConcurrentHashMap<>();

  /**
   * A ledger without partitions.
   *
   * @param producers opens a producer with this {@code transactional.id}
   * @param consumers opens a consumer that reads what is committed
   * @param nanos a clock such as {@link System#nanoTime}
   */
  public Ledger(
      LedgerSettings settings,
      Function<String, Producer<byte[], byte[]>> producers,
      Supplier<Consumer<byte[], byte[]>> consumers,
      LongSupplier nanos) {
    this.settings = settings;
    this.producers = producers;
    this.consumers = consumers;
    this.nanos = nanos;
  }

  /** The ledger that the settings describe. */
  public static Ledger of(LedgerSettings settings) {
    return new Ledger(
        settings,
        id -> {
          Map<String, Object> all = new HashMap<>(settings.producer());
          all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
          return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        },
        () ->
            new KafkaConsumer<>(
                settings.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        System::nanoTime);
  }

  /**
   * Takes partitions over: fences their former owners and reads what they have left.
   *
   * @throws ConnectException when that fails or takes more than two minutes
   */
  public void open(Collection<TopicPartition> opened) {
    close(opened);
    try {
      Map<JsonNode, PartitionLedger> byPlace = new HashMap<>();
      long end = -1;
      for (TopicPartition partition : opened) {
        PartitionLedger ledger =
            new PartitionLedger(
                settings.topic(),
                settings.owner(),
                partition,
                producers.apply(settings.transactionalId(partition)),
                nanos);
        partitions.put(partition, ledger);
        end = Math.max(end, ledger.begin());
        byPlace.put(PartitionLedger.place(settings.owner(), partition), ledger);
      }
      if (end >= 0) {
        read(end, byPlace);
      }
    } catch (KafkaException e) {
      close(opened);
      throw new ConnectException(
          "The ledger in "
              + settings.topic()
              + " cannot be opened ("
              + e.getMessage()
              + "). Create the topic, or check ledger.topic, ledger.bootstrap.servers,"
              + " ledger.producer.* and ledger.consumer.*.",
          e);
    }
  }

  private void read(long end, Map<JsonNode, PartitionLedger> byPlace) {
    TopicPartition source = new TopicPartition(settings.topic(), PartitionLedger.PARTITION);
    long deadline = nanos.getAsLong() + READING.toNanos();
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      consumer.assign(List.of(source));
      consumer.seekToBeginning(List.of(source));
      while (consumer.position(source) <= end) {
        consumer.poll(POLL).forEach(it -> read(it.key(), it.value(), byPlace));
        if (nanos.getAsLong() - deadline > 0) {
          throw new KafkaException("reading it takes more than " + READING.toSeconds() + " s");
        }
      }
    }
  }

  private static void read(byte[] key, byte[] value, Map<JsonNode, PartitionLedger> byPlace) {
    JsonNode at = key == null ? LedgerEntry.JSON.missingNode() : LedgerEntry.json(key);
    if (!at.has("offset")) {
      return;
    }
    EntryPlace place = new EntryPlace(at.path("offset").longValue(), at.path("change").intValue());
    JsonNode of = at.deepCopy();
    ((ObjectNode) of).remove(List.of("offset", "change"));
    PartitionLedger ledger = byPlace.get(of);
    if (ledger != null) {
      ledger.read(place, Optional.ofNullable(value).map(LedgerEntry::of));
    }
  }

  /** Whether a create was begun for this record. */
  public boolean knows(SinkRecord record) {
    PartitionLedger ledger = partitions.get(Offsets.partition(record));
    return ledger != null && ledger.knows(record.originalKafkaOffset());
  }

  /** What is known of a change of this record. */
  public Optional<LedgerEntry> entry(SinkRecord record, int change) {
    return Optional.ofNullable(partitions.get(Offsets.partition(record)))
        .flatMap(ledger -> ledger.entry(new EntryPlace(record.originalKafkaOffset(), change)))
        .filter(entry -> entry.isOf(record));
  }

  /**
   * Fails where another task has taken over the partition of this record.
   *
   * @throws LedgerException then
   */
  public void requireOwned(SinkRecord record) {
    of(record).requireOwned();
  }

  /**
   * Notes that a create is begun; returns when the topic has it.
   *
   * @param records those that were coalesced into one, of one partition
   * @throws LedgerException when the topic does not have it, so that nothing may be sent
   */
  public void begin(List<SinkRecord> records, int change, String operation) {
    write(
        records,
        change,
        it -> new LedgerEntry(it.timestamp(), operation, OptionalInt.empty(), List.of()));
  }

  /**
   * Notes what came of a create.
   *
   * @param ids the ids of what was created
   * @throws LedgerException when the topic does not have it
   */
  public void done(
      List<SinkRecord> records, int change, String operation, int status, List<JsonNode> ids) {
    write(
        records,
        change,
        it -> new LedgerEntry(it.timestamp(), operation, OptionalInt.of(status), ids));
  }

  /**
   * Notes that a create has created nothing.
   *
   * @throws LedgerException when the topic does not have it
   */
  public void undo(List<SinkRecord> records, int change) {
    write(records, change, it -> null);
  }

  private void write(
      List<SinkRecord> records, int change, Function<SinkRecord, LedgerEntry> entry) {
    Map<EntryPlace, Optional<LedgerEntry>> changes = new HashMap<>();
    records.forEach(
        record ->
            changes.put(
                new EntryPlace(record.originalKafkaOffset(), change),
                Optional.ofNullable(entry.apply(record))));
    of(records.get(0)).write(changes);
  }

  private PartitionLedger of(SinkRecord record) {
    PartitionLedger ledger = partitions.get(Offsets.partition(record));
    if (ledger == null) {
      throw new LedgerException(Offsets.partition(record) + " is not assigned.", false, null);
    }
    return ledger;
  }

  /** Connect is given these offsets to commit, below which nothing is delivered again. */
  public void answered(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          PartitionLedger ledger = partitions.get(partition);
          if (ledger != null) {
            ledger.answered(offset.offset());
          }
        });
  }

  /** Lets go of partitions. */
  public void close(Collection<TopicPartition> closed) {
    closed.forEach(
        partition ->
            Optional.ofNullable(partitions.remove(partition)).ifPresent(PartitionLedger::close));
  }

  @Override
  public void close() {
    close(List.copyOf(partitions.keySet()));
  }
}
