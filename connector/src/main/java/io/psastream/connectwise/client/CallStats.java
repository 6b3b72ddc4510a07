package io.psastream.connectwise.client;

import java.time.Duration;

/**
 * The attempts and the duration of a call.
 *
 * @param attempts how often the call was sent; 0 when it was not
 * @param duration from its start to its end, including waits
 */
public record CallStats(int attempts, Duration duration) {

  /** The statistics of a call that was not sent. */
  public static final CallStats NONE = new CallStats(0, Duration.ZERO);

  /** The sum of both. */
  public CallStats plus(CallStats other) {
    return new CallStats(attempts + other.attempts, duration.plus(other.duration));
  }
}
