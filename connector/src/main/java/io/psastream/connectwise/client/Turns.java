package io.psastream.connectwise.client;

import java.util.ArrayList;
import java.util.List;

/**
 * Whose request goes next when several clients wait for the pace of one site and user: by turns
 * those that write and those that only read, and by turns the clients of each, however many
 * requests each has waiting. So a backlog of one keeps nobody from its share, and where nobody else
 * waits there is nothing to share. Pure: it is told the time, in nanoseconds of any monotonic
 * clock. Not safe for use by several threads.
 */
final class Turns {

  private final RateLimiter limiter;

  /** Requests that wait, in the order they came. */
  private final List<Turn> waiting = new ArrayList<>();

  private long given;
  private boolean lastWrites;

  /** A client that shares the pace. */
  static final class Client {
    private volatile boolean writes;
    private long served;

    /** It writes, and from now on takes turns with those that read. */
    void writes() {
      writes = true;
    }
  }

  /** A request that waits, until it has gone. */
  static final class Turn {
    private final Client client;
    private boolean came;

    private Turn(Client client) {
      this.client = client;
    }
  }

  Turns(RateLimiter limiter) {
    this.limiter = limiter;
  }

  /** Lets one more request wait, behind the others of its client. */
  Turn join(Client client) {
    Turn turn = new Turn(client);
    waiting.add(turn);
    return turn;
  }

  /** Takes back a request that waits no longer. */
  void leave(Turn turn) {
    waiting.remove(turn);
  }

  /**
   * How many nanoseconds a request waits at the least before it is to ask again; 0 when it may go.
   */
  long left(Turn turn, long now) {
    while (!waiting.isEmpty() && limiter.left(now) <= 0) {
      give(next());
      limiter.take(now);
    }
    return turn.came
        ? limiter.paused(now)
        : limiter.left(now) + Math.round(ahead(turn) * limiter.interval(now));
  }

  private void give(Turn turn) {
    waiting.remove(turn);
    turn.came = true;
    turn.client.served = ++given;
    lastWrites = turn.client.writes;
  }

  /** The first request of the client whose turn it is. */
  private Turn next() {
    Turn best = waiting.get(0);
    for (Turn other : waiting) {
      boolean otherKind = other.client.writes != best.client.writes;
      boolean before =
          otherKind ? other.client.writes != lastWrites : other.client.served < best.client.served;
      if (before) {
        best = other;
      }
    }
    return best;
  }

  /** How many requests of its own client go before it. */
  private int ahead(Turn turn) {
    int ahead = 0;
    for (Turn other : waiting) {
      if (other == turn) {
        break;
      }
      ahead += other.client == turn.client ? 1 : 0;
    }
    return ahead;
  }
}
