package io.psastream.connectwise.sink.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.sink.ledger.LedgerEntry.EntryPlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The entries of one partition, and the producer that writes them. What several lanes write at once
 * goes into one transaction: while one is under way, the next gathers. Safe for several threads.
 */
final class PartitionLedger {

  /** All entries are in one partition, so that a topic that is given more of them forgets none. */
  static final int PARTITION = 0;

  /** How long the topic may refuse entries before that is no passing trouble. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /**
   * How long entries are kept after Connect was given their offset to commit, which it does in the
   * background and may try again.
   */
  static final Duration KEPT = Duration.ofMinutes(15);

  private final String topic;
  private final ObjectNode place;
  private final Producer<byte[], byte[]> producer;
  private final Runnable commit;
  private final Runnable abort;
  private final LongSupplier nanos;
  private final NavigableMap<EntryPlace, LedgerEntry> entries = new ConcurrentSkipListMap<>();

  /** Held during a transaction. */
  private final Object transaction = new Object();

  private EntryWrites next = new EntryWrites();
  private Runnable unfinished;
  private OptionalLong failingSince = OptionalLong.empty();
  private volatile boolean lost;
  private Optional<Answered> answered = Optional.empty();

  /** What one transaction writes. */
  private static final class EntryWrites {
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private boolean finished;
    private LedgerException failure;
  }

  private record Answered(long offset, long nanos) {}

  /** Owns the producer. */
  PartitionLedger(
      String topic,
      String owner,
      TopicPartition partition,
      Producer<byte[], byte[]> producer,
      LongSupplier nanos) {
    this.topic = topic;
    this.place = place(owner, partition);
    this.producer = producer;
    this.commit = producer::commitTransaction;
    this.abort = producer::abortTransaction;
    this.nanos = nanos;
  }

  /** What the keys of all entries of a partition begin with. */
  static ObjectNode place(String owner, TopicPartition partition) {
    return LedgerEntry.JSON
        .createObjectNode()
        .put("group", owner)
        .put("topic", partition.topic())
        .put("partition", partition.partition());
  }

  /**
   * Fences the former owner off, whose entries are all written or never will be.
   *
   * @return up to which offset of the topic entries may be
   * @throws KafkaException when the topic cannot be written
   */
  long begin() {
    producer.initTransactions();
    producer.beginTransaction();
    Future<RecordMetadata> mark =
        producer.send(new ProducerRecord<>(topic, PARTITION, LedgerEntry.bytes(place), null));
    producer.commitTransaction();
    try {
      return mark.get(1, TimeUnit.SECONDS).offset(); // done, since the transaction is
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new KafkaException(e);
    }
  }

  /** Takes an entry from the topic; empty where it was removed. */
  void read(EntryPlace at, Optional<LedgerEntry> entry) {
    entry.ifPresentOrElse(it -> entries.put(at, it), () -> entries.remove(at));
  }

  Optional<LedgerEntry> entry(EntryPlace at) {
    return Optional.ofNullable(entries.get(at));
  }

  /** Whether anything is known of the record at this offset. */
  boolean knows(long offset) {
    EntryPlace first = entries.ceilingKey(new EntryPlace(offset, 0));
    return first != null && first.offset() == offset;
  }

  /**
   * Fails where another task has taken the partition over.
   *
   * @throws LedgerException then
   */
  void requireOwned() {
    if (lost) {
      throw failed(new ProducerFencedException("another task has the partition"));
    }
  }

  /**
   * Writes entries, and returns when the topic has them; empty ones remove what is there.
   *
   * @throws LedgerException when it does not have them
   */
  void write(Map<EntryPlace, Optional<LedgerEntry>> changes) {
    requireOwned();
    EntryWrites mine;
    synchronized (entries) {
      mine = next;
      changes.forEach((at, entry) -> mine.records.add(message(at, entry)));
    }
    synchronized (transaction) {
      if (!mine.finished) {
        synchronized (entries) {
          next = new EntryWrites();
        }
        write(mine);
      }
    }
    if (mine.failure != null) {
      throw mine.failure;
    }
    changes.forEach(this::read);
  }

  private void write(EntryWrites batch) {
    batch.finished = true;
    try {
      if (unfinished != null) {
        finish(unfinished);
      }
      producer.beginTransaction();
      unfinished = abort;
      for (ProducerRecord<byte[], byte[]> message : batch.records) {
        Future<RecordMetadata> unused = producer.send(message); // the commit fails if this does
      }
      finish(commit);
      failingSince = OptionalLong.empty();
    } catch (KafkaException e) {
      // A commit that takes too long may yet succeed, and can only be committed again.
      if (unfinished != commit || !(e instanceof TimeoutException || interrupted(e))) {
        abort(e);
      }
      batch.failure = failed(e);
    }
  }

  private void finish(Runnable step) {
    unfinished = step;
    step.run();
    unfinished = null;
  }

  private void abort(KafkaException cause) {
    if (unfinished == null) {
      return;
    }
    try {
      finish(abort);
    } catch (KafkaException e) {
      cause.addSuppressed(e); // tried again before the next transaction
    }
  }

  private LedgerException failed(KafkaException e) {
    synchronized (transaction) {
      boolean fenced = hasCause(e, ProducerFencedException.class);
      lost = lost || fenced || hasCause(e, InvalidProducerEpochException.class);
      long now = nanos.getAsLong();
      failingSince = OptionalLong.of(failingSince.orElse(now));
      boolean passing = lost || hasCause(e, RetriableException.class) || interrupted(e);
      boolean fatal = !passing || now - failingSince.getAsLong() >= LONGEST.toNanos();
      String what =
          lost
              ? "Another task writes the ledger of " + place + ", so nothing more is sent for it. "
              : "The ledger does not take entries of " + place + " (" + e.getMessage() + "). ";
      return new LedgerException(
          what
              + "Nothing is created without it. Check ledger.topic, ledger.bootstrap.servers and"
              + " ledger.producer.*, and that no other connector has this one's name.",
          fatal,
          e);
    }
  }

  private static boolean interrupted(KafkaException e) {
    return e instanceof InterruptException;
  }

  private static boolean hasCause(Throwable e, Class<?> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Connect was given an offset to commit. What has long been below one is removed, together with
   * what is written next.
   */
  void answered(long offset) {
    long now = nanos.getAsLong();
    if (answered.isEmpty()) {
      answered = Optional.of(new Answered(offset, now));
    } else if (now - answered.get().nanos() >= KEPT.toNanos()) {
      NavigableMap<EntryPlace, LedgerEntry> old =
          entries.headMap(new EntryPlace(Math.min(offset, answered.get().offset()), 0), false);
      synchronized (entries) {
        old.keySet().forEach(at -> next.records.add(message(at, Optional.empty())));
      }
      old.clear();
      answered = Optional.of(new Answered(offset, now));
    }
  }

  private ProducerRecord<byte[], byte[]> message(EntryPlace at, Optional<LedgerEntry> entry) {
    ObjectNode key = place.deepCopy().put("offset", at.offset()).put("change", at.change());
    return new ProducerRecord<>(
        topic, PARTITION, LedgerEntry.bytes(key), entry.map(LedgerEntry::value).orElse(null));
  }

  /** Ends the producer, and with it what is being written. */
  void close() {
    lost = true;
    producer.close(Duration.ZERO);
  }
}
