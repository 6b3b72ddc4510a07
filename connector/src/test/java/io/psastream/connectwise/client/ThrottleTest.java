package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Throttle.ClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What clients of one site and user share, and what each has alone. */
class ThrottleTest {

  private static String site() {
    return "https://example.com key" + System.nanoTime();
  }

  @Test
  void theLowestLimitOfThoseOpenHolds() {
    String site = site();
    try (Throttle fast = Throttle.join(site, 1_000, 1);
        Throttle none = Throttle.join(site, 0, 1)) {
      Throttle slow = Throttle.join(site, 100, 1);

      assertThat(fast.perMinute()).isEqualTo(100);
      assertThat(none.perMinute()).isEqualTo(100);
      slow.close();
      assertThat(fast.perMinute()).isEqualTo(1_000);
    }
  }

  @Test
  void slowingDownIsSharedBySiteAndUserOnly() {
    String site = site();
    try (Throttle one = Throttle.join(site, 1_000, 1);
        Throttle other = Throttle.join(site, 1_000, 1);
        Throttle elsewhere = Throttle.join(site(), 1_000, 1)) {
      one.slowDown();

      assertThat(other.perMinute()).isEqualTo(500);
      assertThat(elsewhere.perMinute()).isEqualTo(1_000);
    }
  }

  @Test
  void isForgottenWithItsLastClient() {
    String site = site();
    try (Throttle one = Throttle.join(site, 1_000, 1)) {
      one.slowDown();
      Throttle other = Throttle.join(site, 1_000, 1);
      other.close();
      other.close();
      assertThat(one.perMinute()).isEqualTo(500);
    }

    try (Throttle later = Throttle.join(site, 1_000, 1)) {
      assertThat(later.perMinute()).isEqualTo(1_000);
    }
  }

  @Test
  void aPauseOfOneHoldsAll() throws ClosedException {
    String site = site();
    try (Throttle one = Throttle.join(site, 0, 1);
        Throttle other = Throttle.join(site, 0, 1)) {
      long start = System.nanoTime();
      one.pause(Duration.ofMillis(200));

      other.enter();

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
  }

  @Test
  void aPauseThatBeginsMeanwhileHoldsThoseWhoWaitForTheirPlace() throws Exception {
    try (Throttle throttle = Throttle.join(site(), 60, 3)) {
      throttle.enter();
      throttle.enter();
      long start = System.nanoTime();
      CompletableFuture<Duration> third = new CompletableFuture<>();
      Thread waiting =
          new Thread(
              () -> {
                try {
                  throttle.enter();
                  third.complete(Duration.ofNanos(System.nanoTime() - start));
                } catch (ClosedException e) {
                  third.completeExceptionally(e);
                }
              });
      waiting.start();
      while (waiting.getState() != Thread.State.TIMED_WAITING) {
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
        Thread.onSpinWait();
      }

      throttle.pause(Duration.ofMillis(1_500));

      assertThat(third.get(20, TimeUnit.SECONDS)).isGreaterThan(Duration.ofMillis(1_500));
    }
  }

  @Test
  void boundsWhatIsUnderWayForEachClientAlone() throws Exception {
    String site = site();
    try (Throttle one = Throttle.join(site, 0, 1);
        Throttle other = Throttle.join(site, 0, 1)) {
      one.enter();
      CompletableFuture<Boolean> second =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  one.enter();
                  return true;
                } catch (ClosedException e) {
                  return false;
                }
              });

      other.enter();
      assertThat(second).isNotDone();
      one.exit();

      assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aCallThatIsRefusedKeepsNoSlot() throws InterruptedException, ExecutionException {
    Throttle throttle = Throttle.join(site(), 0, 1);
    throttle.close();

    assertThatThrownBy(throttle::enter).isInstanceOf(ClosedException.class);
    assertThatThrownBy(throttle::enter).isInstanceOf(ClosedException.class);
  }
}
