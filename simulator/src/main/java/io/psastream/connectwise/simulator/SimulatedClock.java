package io.psastream.connectwise.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The server's clock, behind {@code Date} headers and {@code lastUpdated}. It follows the system's
 * clock until it is told otherwise.
 */
public final class SimulatedClock implements InstantSource {

  private record State(Duration skew, Optional<Instant> frozenAt) {}

  private static final State SYSTEM = new State(Duration.ZERO, Optional.empty());

  private volatile State state = SYSTEM;

  @Override
  public Instant instant() {
    State now = state;
    return now.frozenAt().orElseGet(() -> Instant.now().plus(now.skew()));
  }

  /** Stops the clock where it is. */
  public synchronized void freeze() {
    state = new State(state.skew(), Optional.of(instant()));
  }

  /** Stops the clock at this time. */
  public synchronized void freezeAt(Instant time) {
    state = new State(state.skew(), Optional.of(time));
  }

  /** Lets a stopped clock go on from the time it shows. */
  public synchronized void resume() {
    state = new State(Duration.between(Instant.now(), instant()), Optional.empty());
  }

  /** Moves the clock to this time; a stopped one stays stopped. */
  public synchronized void set(Instant time) {
    state =
        state.frozenAt().isPresent()
            ? new State(state.skew(), Optional.of(time))
            : new State(Duration.between(Instant.now(), time), Optional.empty());
  }

  /** Moves the clock by this much, backwards if it is negative. */
  public synchronized void advance(Duration by) {
    set(instant().plus(by));
  }

  /** Lets the clock run at this distance from the system's. */
  public synchronized void skew(Duration fromSystem) {
    state = new State(fromSystem, Optional.empty());
  }

  /** Follows the system's clock again. */
  public synchronized void reset() {
    state = SYSTEM;
  }
}
