package io.psastream.connectwise.sink.lane;

import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.mapping.Change;
import io.psastream.connectwise.sink.report.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record that waits or is being applied, or several that were coalesced into one change: its
 * changes and how many of them are applied. One thread at a time applies it, and what is applied
 * stays so when the rest is tried again.
 */
public final class PendingRecord {

  private final SinkRecord record;
  private final Offsets.Position position;
  private final Route route;
  private final List<Change> changes;
  private final LaneKey lane;
  private final List<PendingRecord> parts;
  private final List<Reply> replies = new ArrayList<>();
  private volatile ChangeProgress progress = new ChangeProgress();
  private OptionalLong delayedUntil = OptionalLong.empty();
  private CallStats stats = CallStats.NONE;
  private int done;
  private int lookUps;
  private boolean started;

  public PendingRecord(
      SinkRecord record, Offsets.Position position, Route route, List<Change> changes) {
    this.record = record;
    this.position = position;
    this.route = route;
    this.changes = changes;
    this.lane = LaneKey.of(record, route);
    this.parts = List.of(this);
    position.repeated(!createsAgain());
  }

  /** Several records, in their order, coalesced into one change. */
  private PendingRecord(List<PendingRecord> parts, Change change) {
    PendingRecord last = parts.get(parts.size() - 1);
    this.record = last.record;
    this.position = last.position;
    this.route = last.route;
    this.changes = List.of(change);
    this.lane = last.lane;
    this.parts = parts;
  }

  /**
   * This and the record that follows it in its lane, by one change; empty where their route does
   * not want that, or one of them was started, or one change would do something else than two, or
   * their partitions are not the same, of which one may be closed.
   */
  Optional<PendingRecord> coalesce(PendingRecord next) {
    boolean wanted = coalesces() && next.coalesces() && route.alias().equals(next.route.alias());
    boolean single = changes.size() == 1 && next.changes.size() == 1;
    boolean together = position.partition().equals(next.position.partition());
    if (!wanted || !single || !together || started || next.started) {
      return Optional.empty();
    }
    return changes
        .get(0)
        .coalesce(next.changes.get(0))
        .map(
            change ->
                new PendingRecord(
                    Stream.concat(parts.stream(), next.parts.stream()).toList(), change));
  }

  private boolean coalesces() {
    return route != null && route.writing().coalesce();
  }

  /** The records that were coalesced into this one; itself where there is one. */
  public List<PendingRecord> parts() {
    return parts;
  }

  /** Whether it creates again what it has created when it is applied again. */
  private boolean createsAgain() {
    return changes.stream().anyMatch(Change::createsAgain);
  }

  /**
   * It came to this outcome. Where that is its end, it is known whether to apply it again where
   * another task may have applied older records after it.
   */
  void ended(Outcome outcome) {
    if (outcome instanceof Outcome.Delivered delivered) {
      ended(true, delivered.created());
    } else if (outcome instanceof Outcome.Rejected rejected) {
      ended(done > 0, rejected.replies().stream().anyMatch(Reply::created));
    } else if (outcome instanceof Outcome.Ambiguous) {
      ended(false, true);
    }
  }

  private void ended(boolean wrote, boolean created) {
    for (PendingRecord part : parts) {
      boolean made = created && part.createsAgain();
      part.position.ended(wrote && !made && !part.position.over(), made);
    }
  }

  /** Started: can no longer be coalesced. */
  public void start() {
    started = true;
  }

  public SinkRecord record() {
    return record;
  }

  public Offsets.Position position() {
    return position;
  }

  public Route route() {
    return route;
  }

  LaneKey lane() {
    return lane;
  }

  /** Whether it is creating something, which must not be cut short. */
  public boolean creates() {
    Call call = progress.call();
    return call != null && call.operation().method() == HttpMethod.POST;
  }

  /** How far the next change has come. */
  public ChangeProgress progress() {
    return progress;
  }

  /** Delays its lane until this time of the lanes' clock. */
  void delayUntil(long nanos) {
    delayedUntil = OptionalLong.of(nanos);
  }

  /** How long its lane is delayed, in nanoseconds; zero or less when it is not. */
  long delayLeft(long now) {
    return delayedUntil.isPresent() ? delayedUntil.getAsLong() - now : 0;
  }

  /** How many of its changes are applied. */
  public int applied() {
    return done;
  }

  public boolean finished() {
    return done == changes.size();
  }

  /** The first change that is not applied. */
  public Change next() {
    return changes.get(done);
  }

  public void advance(Reply reply) {
    replies.add(reply.after(stats));
    stats = CallStats.NONE;
    progress = new ChangeProgress();
    done++;
  }

  /** Counts calls for the next change that did not finish it. */
  public void addStats(CallStats more) {
    stats = stats.plus(more);
  }

  /** An item is looked up for it. */
  public void lookedUp() {
    lookUps++;
  }

  /** How many look-ups there were since the last time this was asked. */
  public int takeLookUps() {
    int taken = lookUps;
    lookUps = 0;
    return taken;
  }

  /** The replies to the changes that are applied. */
  public List<Reply> replies() {
    return List.copyOf(replies);
  }

  /** The replies to the changes that are applied, and this one to the next. */
  public List<Reply> repliesWith(Reply last) {
    List<Reply> all = new ArrayList<>(replies);
    all.add(last.after(stats));
    return List.copyOf(all);
  }

  /** Which of several items failed, as a sentence for messages; empty for a single one. */
  public String itemOfSeveral() {
    if (changes.size() == 1) {
      return "";
    }
    return " It is item %d of %d: those before it were applied, those after it were not tried."
        .formatted(done + 1, changes.size());
  }
}
