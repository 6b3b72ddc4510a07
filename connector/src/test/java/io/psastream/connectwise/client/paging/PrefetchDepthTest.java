package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** How far ahead is read; times are in milliseconds, as only their ratio counts. */
class PrefetchDepthTest {

  private static final int MEGABYTE = 1_000_000;

  private final PrefetchDepth depth = new PrefetchDepth(4, 40 * MEGABYTE);

  private void pages(int count, long waited, long taken) {
    pages(count, waited, taken, MEGABYTE);
  }

  private void pages(int count, long waited, long taken, long bytes) {
    for (int i = 0; i < count; i++) {
      depth.answered(waited, bytes);
      depth.taken(taken);
    }
  }

  @Test
  void beginsWithOnePage() {
    assertThat(depth.current()).isEqualTo(1);
  }

  @Test
  void isOneWhereTheSiteIsFasterThanThePagesAreTaken() {
    pages(100, 9, 10);
    assertThat(depth.current()).isEqualTo(1);
    pages(100, 0, 0);
    assertThat(depth.current()).isEqualTo(1);
  }

  @Test
  void isAsDeepAsIsPermittedAfterTheFirstPageOfASiteThatIsSlow() {
    depth.answered(50, MEGABYTE);
    assertThat(depth.current()).as("how fast pages are taken is not known yet").isEqualTo(4);
    depth.taken(12);
    assertThat(depth.current()).isEqualTo(4);
  }

  @Test
  void isAsManyPagesAsAreTakenWhileOneIsWaitedFor() {
    pages(10, 50, 20);
    assertThat(depth.current()).isEqualTo(3);
    pages(10, 50, 50);
    assertThat(depth.current()).isEqualTo(1);
    pages(10, 50, 49);
    assertThat(depth.current()).isEqualTo(2);
  }

  @Test
  void followsASiteThatBecomesSlowOrFastWithinThreePages() {
    pages(100, 1, 10);
    pages(3, 50, 10);
    assertThat(depth.current()).isEqualTo(4);
    pages(3, 1, 10);
    assertThat(depth.current()).isEqualTo(1);
  }

  @Test
  void onePauseOfTheTaskOrOneRetryChangesNothing() {
    pages(5, 50, 20);
    pages(1, 60_000, 600_000);
    assertThat(depth.current()).isEqualTo(3);
  }

  @Test
  void largePagesAreFewButNeverNone() {
    pages(10, 50, 1, 15 * MEGABYTE);
    assertThat(depth.current()).isEqualTo(2);
    pages(10, 50, 1, 100 * MEGABYTE);
    assertThat(depth.current()).isEqualTo(1);
  }

  @Test
  void isBetweenOneAndTheMaximumWhateverIsMeasured() {
    Random random = new Random(17);
    for (int i = 0; i < 20_000; i++) {
      int max = 1 + random.nextInt(16);
      PrefetchDepth any = new PrefetchDepth(max, any(random));
      for (int page = random.nextInt(8); page > 0; page--) {
        any.answered(any(random) - 5, any(random));
        any.taken(any(random));
        assertThat(any.current()).isBetween(1, max);
      }
    }
  }

  private static long any(Random random) {
    return random.nextLong() >>> random.nextInt(1, 64);
  }
}
