package io.psastream.connectwise.sink.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class LeaseTest {

  private static final Duration LENGTH = Duration.ofSeconds(5);

  private long nanos;
  private long millis = 1_000_000;
  private final Lease lease = new Lease(LENGTH, () -> nanos, () -> millis);

  @Test
  void isHeldWhileConnectCalls() {
    for (int call = 0; call < 100; call++) {
      BooleanSupplier since = lease.heldSinceNow();
      pass(4_900);
      assertThat(lease.held()).isTrue();
      lease.renew();
      assertThat(since.getAsBoolean()).isTrue();
    }
  }

  @Test
  void runsOutByTheWallClockAloneSinceAMachineThatSleepsMayStopTheOther() {
    millis += 6_000;
    assertThat(lease.held()).isFalse();
  }

  @Test
  void isNotLostToAWallClockThatIsSetBackNorKeptByIt() {
    millis -= 3_600_000;
    assertThat(lease.held()).isTrue();
    nanos += TimeUnit.SECONDS.toNanos(6);
    assertThat(lease.held()).isFalse();
  }

  @Test
  void isHeldAgainAfterAnAssignmentButNothingThatWasReadBefore() {
    BooleanSupplier since = lease.heldSinceNow();
    pass(6_000);
    lease.renew();
    assertThat(lease.held()).isFalse();

    lease.grant();
    assertThat(lease.held()).isTrue();
    assertThat(since.getAsBoolean()).isFalse();
    assertThat(lease.heldSinceNow().getAsBoolean()).isTrue();
  }

  @Test
  void isWithheldForAsLongAsToldAndNothingThatWasReadBeforeIsBuiltUpon() {
    BooleanSupplier before = lease.heldSinceNow();
    lease.renew(true);
    BooleanSupplier meanwhile = lease.heldSinceNow();
    for (int call = 0; call < 100; call++) {
      lease.renew(true);
      lease.grant();
      pass(1_000);
      assertThat(lease.held()).isFalse();
      assertThat(before.getAsBoolean() || meanwhile.getAsBoolean()).isFalse();
    }

    lease.renew();
    assertThat(lease.held()).isTrue();
    assertThat(before.getAsBoolean()).isFalse();
    assertThat(lease.heldSinceNow().getAsBoolean()).isTrue();
  }

  @Test
  void isNotHeldAtOnceWhereConnectDidNotCallAtTheEndOfBeingWithheld() {
    lease.renew(true);
    pass(60_000);
    lease.renew();
    assertThat(lease.held()).isFalse();
    pass(5_000);
    lease.renew();
    assertThat(lease.held()).isTrue();
  }

  /** Whatever the steps: no write in or soon after a gap, and none by what was read before it. */
  @Test
  void isNotHeldBeforeConnectHasCalledForItsLengthSinceTheLastGap() {
    Random random = new Random(17);
    BooleanSupplier since = lease.heldSinceNow();
    boolean gap = false;
    long sinceGap = LENGTH.toMillis();
    for (int step = 0; step < 20_000; step++) {
      long wait = random.nextInt(20) == 0 ? 5_001 + random.nextInt(60_000) : random.nextInt(2_000);
      pass(wait);
      boolean late = wait > LENGTH.toMillis();
      sinceGap = late ? 0 : sinceGap + wait;
      gap |= late;
      assertThat(lease.held()).isEqualTo(!late && sinceGap >= LENGTH.toMillis());
      assertThat(since.getAsBoolean()).isEqualTo(lease.held() && !gap);
      lease.renew();
      if (random.nextInt(5) == 0) {
        since = lease.heldSinceNow();
        gap = false;
      }
    }
  }

  private void pass(long ms) {
    nanos += TimeUnit.MILLISECONDS.toNanos(ms);
    millis += ms;
  }
}
