package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Throttle.ClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a client waits for its turn, and what bounds its requests. */
class ThrottleTest {

  private static String site() {
    return "https://example.com key" + System.nanoTime();
  }

  @Test
  void givesUpItsLimitOnceHoweverOftenItIsClosed() {
    String site = site();
    SharedRateLimiter shared = SharedRateLimiter.join(site, 1);
    Throttle one = new Throttle(site, 1, 1);

    one.close();
    one.close();

    assertThat(SharedRateLimiter.join(site, 0)).isSameAs(shared);
  }

  @Test
  void aPauseOfOneHoldsAll() throws ClosedException {
    String site = site();
    try (Throttle one = new Throttle(site, 0, 1);
        Throttle other = new Throttle(site, 0, 1)) {
      long start = System.nanoTime();
      one.pause(Duration.ofMillis(200));

      other.enter();

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
  }

  @Test
  void aPauseThatBeginsMeanwhileHoldsThoseWhoWaitForTheirPlace() throws Exception {
    try (Throttle throttle = new Throttle(site(), 60, 3)) {
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
    try (Throttle one = new Throttle(site, 0, 1);
        Throttle other = new Throttle(site, 0, 1)) {
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
    Throttle throttle = new Throttle(site(), 0, 1);
    throttle.close();

    assertThatThrownBy(throttle::enter).isInstanceOf(ClosedException.class);
    assertThatThrownBy(throttle::enter).isInstanceOf(ClosedException.class);
  }
}
