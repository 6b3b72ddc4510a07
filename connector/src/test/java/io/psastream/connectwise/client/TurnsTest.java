package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psastream.connectwise.client.Turns.Client;
import io.psastream.connectwise.client.Turns.Turn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who goes how often when several clients wait for one pace, on a clock that the test moves. */
class TurnsTest {

  private static final int PER_MINUTE = 600;
  private static final long STEP = Duration.ofMillis(5).toNanos();

  private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos(); // and wraps around
  private final RateLimiter limiter = new RateLimiter(now);
  private final Turns turns = new Turns(limiter);
  private final List<Load> loads = new ArrayList<>();

  TurnsTest() {
    limiter.limit(PER_MINUTE);
  }

  /** A client that always has so many requests waiting. */
  private final class Load {
    private final Client client = new Client();
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private final int width;
    private int sent;

    private Load(boolean writes, int width) {
      this.width = width;
      if (writes) {
        client.writes();
      }
      loads.add(this);
    }

    private void step() {
      while (waiting.size() < width) {
        waiting.add(turns.join(client));
      }
      int before = sent;
      waiting.removeIf(turn -> turns.left(turn, now) <= 0 && ++sent > 0);
      assertThat(sent - before).as("no more than a burst at once").isLessThanOrEqualTo(20);
    }
  }

  /** How many requests each of the loads sent in some minutes, after the burst. */
  private int[] sent(int minutes) {
    loads.forEach(Load::step);
    loads.forEach(load -> load.sent = 0);
    for (long end = now + Duration.ofMinutes(minutes).toNanos(); end - now > 0; now += STEP) {
      loads.forEach(Load::step);
    }
    return loads.stream().mapToInt(load -> load.sent).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    // waiting requests of the writers and of the readers
    "64, 1",
    "1, 64",
    "8, 8",
    "256, 2"
  })
  void readsAndWritesThatBothWaitHaveHalfOfThePaceEach(int writing, int reading) {
    new Load(true, writing);
    new Load(false, reading);

    int[] sent = sent(2);

    assertThat(sent[0]).isCloseTo(PER_MINUTE, within(3));
    assertThat(sent[1]).isCloseTo(PER_MINUTE, within(3));
  }

  @Test
  void aSourceHasHalfAlsoBesideManyTasksOfASinkWhichShareTheOther() {
    for (int task = 0; task < 8; task++) {
      new Load(true, 64 >> (task / 2));
    }
    new Load(false, 1);

    int[] sent = sent(4);

    assertThat(sent[8]).isCloseTo(2 * PER_MINUTE, within(3));
    assertThat(Arrays.stream(sent).limit(8).boxed())
        .allSatisfy(each -> assertThat(each).isCloseTo(PER_MINUTE / 4, within(3)));
  }

  @Test
  void whoIsAloneHasTheWholePaceAndGivesHalfAwayAtOnce() {
    Load sink = new Load(true, 64);
    assertThat(sent(1)[0]).isCloseTo(PER_MINUTE, within(2));

    Load source = new Load(false, 1);
    source.step();
    for (int steps = 0; source.sent == 0; steps++) {
      assertThat(steps).as("a read waits for two turns at the most").isLessThanOrEqualTo(40);
      now += STEP;
      sink.step();
      source.step();
    }
  }

  /**
   * Whoever waits, comes, leaves or sleeps too long: the pace is kept and nobody is left behind.
   */
  @Test
  void keepsThePaceAndServesAll() {
    Random random = new Random(11);
    for (int i = 0; i < 6; i++) {
      new Load(random.nextBoolean(), 1 + random.nextInt(20));
    }
    long start = now;
    for (int step = 0; step < 20_000; step++) {
      now += random.nextInt(10) * STEP / 2;
      Load load = loads.get(random.nextInt(loads.size()));
      load.step();
      if (random.nextInt(20) == 0) {
        turns.leave(load.waiting.pollLast());
      }
    }
    double minutes = (now - start) / 60e9;
    int total = loads.stream().mapToInt(load -> load.sent).sum();

    assertThat(total)
        .isBetween((int) (minutes * PER_MINUTE * 0.8), (int) (minutes * PER_MINUTE) + 20);
    assertThat(loads).allSatisfy(load -> assertThat(load.sent).isGreaterThan(total / 20));
  }
}
