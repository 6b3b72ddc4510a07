package io.psastream.connectwise.client;

import java.time.Duration;

/**
 * What a call took.
 *
 * @param attempts how often it was sent; 0 for one that was not
 * @param duration from its beginning to its end, waiting included
 */
public record CallStats(int attempts, Duration duration) {

  /** Of what was not sent. */
  public static final CallStats NONE = new CallStats(0, Duration.ZERO);

  /** Both together. */
  public CallStats plus(CallStats other) {
    return new CallStats(attempts + other.attempts, duration.plus(other.duration));
  }
}
