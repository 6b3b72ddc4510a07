package io.psastream.connectwise.sandbox.machine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waiting for something that another thread or process does: bounded, and a failure says what was
 * awaited and what was there instead.
 */
public final class Await {
  private static final Duration PAUSE = Duration.ofMillis(25);

  private Await() {}

  /** Waits until {@code condition} holds. */
  public static void until(String what, Duration atMost, BooleanSupplier condition) {
    until(
        what,
        atMost,
        () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(),
        () -> "");
  }

  /**
   * Waits until {@code attempt} gives a value; {@code seen} describes what is there when time is
   * up.
   */
  public static <T> T until(
      String what, Duration atMost, Supplier<Optional<T>> attempt, Supplier<String> seen) {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      Optional<T> value = attempt.get();
      if (value.isPresent()) {
        return value.get();
      }
      if (System.nanoTime() - end >= 0) {
        throw new SandboxException(
            what + " did not happen within " + atMost.toSeconds() + " s. " + seen.get());
      }
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new SandboxException("Interrupted while waiting: " + what);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
