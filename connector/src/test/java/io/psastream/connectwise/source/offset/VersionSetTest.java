package io.psastream.connectwise.source.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionSetTest {

  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").getEpochSecond();

  @Test
  void remembersAVersionByIdAndSecond() {
    VersionSet versions = new VersionSet();

    versions.add(7, NOON);

    assertThat(versions.contains(7, NOON)).isTrue();
    assertThat(versions.contains(7, NOON + 1)).isFalse();
    assertThat(versions.contains(8, NOON)).isFalse();
  }

  @Test
  void tellsVersionsOfAnUnfinishedSecondApartByTheirContent() {
    VersionSet versions = new VersionSet();

    versions.addUnsettled(7, NOON, 42);

    assertThat(versions.contains(7, NOON)).isFalse();
    assertThat(versions.containsUnsettled(7, NOON, 42)).isTrue();
    assertThat(versions.containsUnsettled(7, NOON, 43)).isFalse();
    assertThat(versions.containsUnsettled(7, NOON + 1, 42)).isFalse();
  }

  @Test
  void survivesItsCompactForm() {
    VersionSet versions = new VersionSet();
    versions.add(1, NOON);
    versions.add(4_000_000_000L, NOON + 3);
    versions.addUnsettled(9, NOON + 4, -5);

    VersionSet decoded = VersionSet.decode(versions.encode());

    assertThat(decoded.contains(1, NOON)).isTrue();
    assertThat(decoded.contains(4_000_000_000L, NOON + 3)).isTrue();
    assertThat(decoded.contains(1, NOON + 3)).isFalse();
    assertThat(decoded.containsUnsettled(9, NOON + 4, -5)).isTrue();
  }

  @Test
  void forgetsWhatIsNotAfterASecond() {
    VersionSet versions = new VersionSet();
    versions.add(1, NOON);
    versions.add(2, NOON + 1);
    versions.addUnsettled(3, NOON, 1);
    versions.addUnsettled(4, NOON + 1, 1);

    VersionSet rest = versions.after(Instant.ofEpochSecond(NOON));

    assertThat(rest.contains(1, NOON)).isFalse();
    assertThat(rest.contains(2, NOON + 1)).isTrue();
    assertThat(rest.hasUnsettled(3, NOON)).isFalse();
    assertThat(rest.hasUnsettled(4, NOON + 1)).isTrue();
    assertThat(versions.contains(1, NOON)).isTrue();
  }

  @Test
  void keepsFiftyThousandScatteredIdsOfOneSecondWithinTheBoundOfAnOffset() {
    VersionSet versions = new VersionSet();

    for (long i = 0; i < 50_000; i++) {
      versions.add(i * 37 % 2_000_000, NOON);
    }

    assertThat(versions.encode()).hasSizeLessThan(200_000);
    assertThat(VersionSet.decode(versions.encode()).contains(37, NOON)).isTrue();
  }

  @Test
  void leavesOutTheOldestSecondsOfTooMany() {
    VersionSet versions = new VersionSet();
    for (long second = 0; second < 4; second++) {
      for (long i = 0; i < 30_000; i++) {
        versions.add(i * 101, NOON + second);
      }
    }

    VersionSet decoded = VersionSet.decode(versions.encode());

    assertThat(versions.encode()).hasSizeLessThan(200_000);
    assertThat(decoded.contains(101, NOON)).isFalse();
    assertThat(decoded.contains(101, NOON + 3)).isTrue();
  }

  @Test
  void leavesOutASecondThatIsTooLargeByItselfAndKeepsTheOthers() {
    VersionSet versions = new VersionSet();
    versions.add(1, NOON);
    versions.addUnsettled(2, NOON + 1, 7);
    for (long id = 0; id < 60_000; id++) {
      versions.addUnsettled(10 + id, NOON + 3_000, id);
    }

    VersionSet decoded = VersionSet.decode(versions.encode());

    assertThat(versions.beyondBound()).isEqualTo(60_000);
    assertThat(decoded.contains(1, NOON)).isTrue();
    assertThat(decoded.containsUnsettled(2, NOON + 1, 7)).isTrue();
    assertThat(decoded.hasUnsettled(10, NOON + 3_000)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void isNeverLargerThanItsBound(long seed) {
    Random random = new Random(seed);
    VersionSet versions = new VersionSet();
    int seconds = 1 + random.nextInt(20_000);
    long largestId = 1L << (8 + random.nextInt(28));
    int settled = random.nextInt(100);
    for (int i = random.nextInt(100_000); i >= 0; i--) {
      long id = (long) (random.nextDouble() * largestId);
      long second = NOON + random.nextInt(seconds);
      if (random.nextInt(100) < settled) {
        versions.add(id, second);
      } else {
        versions.addUnsettled(id, second, random.nextLong());
      }
    }

    String encoded = versions.encode();

    assertThat(Base64.getDecoder().decode(encoded)).hasSizeLessThanOrEqualTo(VersionSet.LARGEST);
    VersionSet decoded = VersionSet.decode(encoded);
    assertThat(decoded.beyondBound()).isZero();
    assertThat(decoded.encode()).hasSameSizeAs(encoded);
  }

  @Test
  void doesNotRememberIdsThatABitmapCannotHold() {
    VersionSet versions = new VersionSet();

    versions.add(1L << 32, NOON);
    versions.add(-1, NOON);

    assertThat(versions.contains(1L << 32, NOON)).isFalse();
    assertThat(versions.contains(0, NOON)).isFalse();
    assertThat(versions.contains(-1, NOON)).isFalse();
  }

  @Test
  void refusesADamagedForm() {
    assertThatIllegalArgumentException().isThrownBy(() -> VersionSet.decode("AQAAAA=="));
    assertThatIllegalArgumentException().isThrownBy(() -> VersionSet.decode("not base64!"));
    assertThatIllegalArgumentException().isThrownBy(() -> VersionSet.decode(""));
  }
}
