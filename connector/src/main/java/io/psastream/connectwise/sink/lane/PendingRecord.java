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
 * A record on its way, or several with one change between them: its changes and how many of them
 * are done. Calls are made by one thread at a time, and what is done stays done when the rest is
 * tried again.
 */
public final class PendingRecord {

  private final SinkRecord record;
  private final Offsets.Position position;
  private final Route route;
  private final List<Change> changes;
  private final LaneKey lane;
  private final List<PendingRecord> parts;
  private final List<Reply> replies = new ArrayList<>();
  private volatile ChangeProgress attempt = new ChangeProgress();
  private OptionalLong rest = OptionalLong.empty();
  private CallStats spent = CallStats.NONE;
  private int done;
  private boolean started;

  public PendingRecord(
      SinkRecord record, Offsets.Position position, Route route, List<Change> changes) {
    this.record = record;
    this.position = position;
    this.route = route;
    this.changes = changes;
    this.lane = LaneKey.of(record);
    this.parts = List.of(this);
  }

  /** The records of all parts, in their order, by one change. */
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
   * not want that, or one of them was started, or one change would do something else than two.
   */
  Optional<PendingRecord> with(PendingRecord next) {
    boolean wanted = wantsOne() && next.wantsOne() && route.alias().equals(next.route.alias());
    boolean single = changes.size() == 1 && next.changes.size() == 1;
    if (!wanted || !single || started || next.started) {
      return Optional.empty();
    }
    return changes
        .get(0)
        .with(next.changes.get(0))
        .map(
            change ->
                new PendingRecord(
                    Stream.concat(parts.stream(), next.parts.stream()).toList(), change));
  }

  private boolean wantsOne() {
    return route != null && route.writing().coalesce();
  }

  /** What it does for each of its records; itself where there is one. */
  public List<PendingRecord> parts() {
    return parts;
  }

  /** From now on it is what it is. */
  void start() {
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
    Call call = attempt.call();
    return call != null && call.operation().method() == HttpMethod.POST;
  }

  /** How far the change whose turn it is has come. */
  public ChangeProgress attempt() {
    return attempt;
  }

  /** Lets its lane rest until this time of the lanes' clock. */
  void restUntil(long nanos) {
    rest = OptionalLong.of(nanos);
  }

  /** How long its lane rests; zero or less when it does not. */
  long nanosLeft(long now) {
    return rest.isPresent() ? rest.getAsLong() - now : 0;
  }

  public boolean finished() {
    return done == changes.size();
  }

  /** The change whose turn it is. */
  public Change next() {
    return changes.get(done);
  }

  public void advance(Reply reply) {
    replies.add(reply.after(spent));
    spent = CallStats.NONE;
    attempt = new ChangeProgress();
    done++;
  }

  /** Notes an attempt at the change whose turn it is that left it undone. */
  public void spend(CallStats stats) {
    spent = spent.plus(stats);
  }

  /** The replies to the changes that are done. */
  public List<Reply> replies() {
    return List.copyOf(replies);
  }

  /** The replies to the changes that are done, and to the one whose turn it is. */
  public List<Reply> repliesWith(Reply last) {
    List<Reply> all = new ArrayList<>(replies);
    all.add(last.after(spent));
    return List.copyOf(all);
  }

  /** Which change of several has its turn, for messages; empty for a single call. */
  public String progress() {
    if (changes.size() == 1) {
      return "";
    }
    return " It is item %d of %d: those before it were applied, those after it were not tried."
        .formatted(done + 1, changes.size());
  }
}
