package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How far ahead is read. */
class PrefetchDepthTest {

  private final PrefetchDepth depth = new PrefetchDepth(4);

  private void take(int pages) {
    for (int i = 0; i < pages; i++) {
      depth.taken();
    }
  }

  @Test
  void beginsWithAsMuchAsIsPermitted() {
    assertThat(depth.current()).isEqualTo(4);
  }

  @Test
  void shrinksByOneAfterARoundInWhichNoPageHadToBeWaitedFor() {
    take(3);
    assertThat(depth.current()).isEqualTo(4);
    take(1);
    assertThat(depth.current()).isEqualTo(3);
    take(3);
    assertThat(depth.current()).isEqualTo(2);
  }

  @Test
  void neverShrinksBelowOnePage() {
    take(100);
    assertThat(depth.current()).isEqualTo(1);
  }

  @Test
  void growsByOneWithEachPageThatHadToBeWaitedFor() {
    take(100);
    depth.waited();
    take(1);
    assertThat(depth.current()).isEqualTo(2);
    depth.waited();
    take(1);
    assertThat(depth.current()).isEqualTo(3);
  }

  @Test
  void neverGrowsAboveWhatIsPermitted() {
    depth.waited();
    assertThat(depth.current()).isEqualTo(4);
  }

  @Test
  void staysWhereOnePageOfARoundHasToBeWaitedFor() {
    for (int round = 0; round < 20; round++) {
      depth.waited();
      take(4);
    }
    assertThat(depth.current()).isEqualTo(4);
  }
}
