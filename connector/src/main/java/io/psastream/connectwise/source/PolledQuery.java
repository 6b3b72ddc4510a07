package io.psastream.connectwise.source;

import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.config.Passes.PassKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A query of a running task: its passes, their schedule, and how far its reading has come. */
final class PolledQuery {

  private static final Logger LOG = LoggerFactory.getLogger(PolledQuery.class);

  private final PassSource passes;
  private final PassScheduler scheduler;
  private PassKind kind = PassKind.WINDOW;

  /** Whether its last request was refused for good: forbidden, or for what does not exist. */
  private boolean denied;

  /** Whether the query has ever succeeded. */
  private boolean proven;

  /** The troubles of each pass, which another one that works does not end. */
  private final Map<PassKind, Trouble> troubles = new EnumMap<>(PassKind.class);

  /** When Kafka last took a record of the query, or a heartbeat was sent. */
  private volatile long lastRecord;

  /** The offset after the last batch that was handed over. */
  private Optional<Map<String, ?>> standing = Optional.empty();

  /** Failures in a row that are retried for a while. */
  static final class Trouble {
    private final long since;
    private int failures;

    private Trouble(long since) {
      this.since = since;
    }

    long since() {
      return since;
    }

    /** How many there were before this one. */
    int count() {
      return failures++;
    }
  }

  /**
   * @param proven whether it has succeeded before, perhaps in another task
   */
  PolledQuery(PassSource passes, PassScheduler scheduler, boolean proven, long now) {
    this.passes = passes;
    this.scheduler = scheduler;
    this.proven = proven;
    this.lastRecord = now;
  }

  String name() {
    return passes.name();
  }

  PassSource passes() {
    return passes;
  }

  PassScheduler scheduler() {
    return scheduler;
  }

  /** The pass of which a batch is read, or was last. */
  PassKind kind() {
    return kind;
  }

  /** Whether a batch is to be fetched now, of {@link #kind}. */
  boolean starts(long now) {
    passes.signalled(scheduler, now);
    if (!scheduler.due(now)) {
      return false;
    }
    kind = scheduler.start(now);
    passes.meter().reads(kind);
    return true;
  }

  /** A batch has come. */
  void succeeds(Batch batch) {
    passes.meter().succeeded();
    denied = false;
    proven = true;
    troubles.remove(kind);
    standing = batch.standing();
  }

  /** Nobody reads on behind a batch. */
  void rests(Batch batch, long now) {
    if (batch.last()) {
      scheduler.finish(now, passes.finish(kind));
      LOG.debug("Query {} has finished a pass: {}.", name(), kind);
    } else {
      scheduler.rest(now);
    }
  }

  boolean proven() {
    return proven;
  }

  boolean denied() {
    return denied;
  }

  void denies() {
    denied = true;
  }

  /** The trouble that the present pass has, since now if it had none. */
  Trouble trouble(long now) {
    return troubles.computeIfAbsent(kind, any -> new Trouble(now));
  }

  /** Connect has written a record to Kafka, or has dropped it; called on any thread. */
  void confirm(SourceRecord record, boolean written, long now) {
    if (passes.confirm(record, written)) {
      lastRecord = now;
    }
  }

  /** A record, if Kafka has taken none of the query for so long. */
  List<SourceRecord> heartbeat(Duration interval, long now) {
    if (now - lastRecord < interval.toNanos()) {
      return List.of();
    }
    lastRecord = now;
    return passes.heartbeat(standing).stream().toList();
  }
}
