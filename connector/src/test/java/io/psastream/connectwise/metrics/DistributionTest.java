package io.psastream.connectwise.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionTest {

  private long now = -5;
  private final Distribution times = new Distribution(() -> now);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void quantilesAreTooHighByAFifthAtTheMost(long seed) {
    Random random = new Random(seed);
    double[] all = new double[1 + random.nextInt(1_000)];
    for (int i = 0; i < all.length; i++) {
      all[i] = 1 + Math.exp(random.nextDouble() * 13);
      now += TimeUnit.MINUTES.toNanos(1) / all.length / 2;
      times.add(Duration.ofNanos((long) (all[i] * 1e6)));
    }
    Arrays.sort(all);

    Distribution.SHOWN.forEach(
        (name, share) -> {
          double exact = all[(int) Math.ceil(share * all.length) - 1];
          assertThat(times.quantile(share)).as(name).isBetween(exact * 0.999, exact * 1.2);
        });
    assertThat(times.quantile(1)).isCloseTo(all[all.length - 1], within());
  }

  @Test
  void whatIsOlderThanTwoMinutesIsForgotten() {
    assertThat(times.quantile(0.5)).isNaN();
    times.add(Duration.ofSeconds(90));
    now += TimeUnit.SECONDS.toNanos(61);
    times.add(Duration.ofMillis(0));
    assertThat(times.quantile(1)).isEqualTo(90_000);

    now += TimeUnit.SECONDS.toNanos(60);
    assertThat(times.quantile(1)).isZero();

    now += TimeUnit.HOURS.toNanos(1);
    assertThat(times.quantile(1)).isNaN();
  }

  @Test
  void hoursAreInTheHighestClass() {
    times.add(Duration.ofHours(3));

    assertThat(times.quantile(0.5)).isEqualTo((double) Duration.ofHours(3).toMillis());
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(0.001);
  }
}
