package io.psastream.connectwise.sink;

import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Effort;
import io.psastream.connectwise.config.Route;
import io.psastream.connectwise.sink.report.Reply;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record on its way: its calls and how many of them are done. Calls are made by one thread at a
 * time, and what is done stays done when the rest is tried again.
 */
final class Work {

  private final SinkRecord record;
  private final Offsets.Position position;
  private final Route route;
  private final List<Call> calls;
  private final LaneKey lane;
  private final List<Reply> replies = new ArrayList<>();
  private Effort spent = Effort.NONE;
  private int done;

  Work(SinkRecord record, Offsets.Position position, Route route, List<Call> calls) {
    this.record = record;
    this.position = position;
    this.route = route;
    this.calls = calls;
    this.lane = LaneKey.of(record);
  }

  SinkRecord record() {
    return record;
  }

  Offsets.Position position() {
    return position;
  }

  Route route() {
    return route;
  }

  LaneKey lane() {
    return lane;
  }

  /** Whether repeating it could create something twice. */
  boolean creates() {
    return calls.get(0).operation().method() == HttpMethod.POST;
  }

  boolean finished() {
    return done == calls.size();
  }

  /** The call whose turn it is. */
  Call next() {
    return calls.get(done);
  }

  void advance(Reply reply) {
    replies.add(reply.after(spent));
    spent = Effort.NONE;
    done++;
  }

  /** Notes an attempt at the call whose turn it is that left it undone. */
  void spend(Effort effort) {
    spent = spent.plus(effort);
  }

  /** The replies to the calls that are done. */
  List<Reply> replies() {
    return List.copyOf(replies);
  }

  /** The replies to the calls that are done, and to the one whose turn it is. */
  List<Reply> repliesWith(Reply last) {
    List<Reply> all = new ArrayList<>(replies);
    all.add(last.after(spent));
    return List.copyOf(all);
  }

  /** Which call of several has its turn, for messages; empty for a single call. */
  String progress() {
    if (calls.size() == 1) {
      return "";
    }
    return " It is item %d of %d: those before it were applied, those after it were not tried."
        .formatted(done + 1, calls.size());
  }
}
