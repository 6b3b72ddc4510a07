package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.config.Reading.Start;
import io.psastream.connectwise.source.offset.SourceOffset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads a world that never rests, is killed at any record, and must miss nothing and repeat
 * nothing.
 */
class ExactlyOnceTest {

  private static final Duration OVERLAP = Duration.ofSeconds(60);
  private static final Reading READING = reading(OVERLAP);

  private final List<Item> arrived = new ArrayList<>();
  private Optional<Map<String, Object>> committed = Optional.empty();
  private int clockAhead;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233})
  void missesNothingAndRepeatsNothingWhereverItIsKilled(long seed) {
    Random random = new Random(seed);
    World world = new World(random, 120);

    Optional<WindowScan> scan = Optional.empty();
    for (int window = 0; window < 60; window++) {
      boolean busy = window < 50;
      scan = readWindow(world, open(scan, world), random, busy);
      world.tick(busy ? random.nextInt(30) : 40);
    }

    assertThat(arrived).doesNotHaveDuplicates();
    assertThat(arrived).containsAll(world.all());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anItemThatChangesEverySecondArrivesNowAndThenAndSoDoesItsLastVersion(long seed) {
    Random random = new Random(seed);
    World world = new World(random, 20);

    Optional<WindowScan> scan = Optional.empty();
    for (int second = 0; second < 600; second++) {
      world.tick(1);
      world.update(7);
      world.update(7);
      if (second % 10 == 0) {
        scan = readWindow(world, open(scan, world), random, false);
      }
    }
    long whileRestless = arrivedOf(7);
    for (int window = 0; window < 3; window++) {
      world.tick(10);
      scan = readWindow(world, open(scan, world), random, false);
    }

    assertThat(whileRestless).isGreaterThan(10);
    assertThat(arrived).doesNotHaveDuplicates().containsAll(world.all());
  }

  /**
   * How far the clock of the {@code Date} headers is ahead of the one behind the data, in seconds.
   */
  static Stream<Arguments> clocks() {
    List<Integer> ahead = List.of(-300, -7, 2, 300, 86_400);
    return LongStream.range(0, 12)
        .boxed()
        .flatMap(seed -> ahead.stream().map(seconds -> Arguments.of(seconds, seed)));
  }

  @ParameterizedTest
  @MethodSource("clocks")
  void missesNothingThoughTheServersClockIsAnother(int ahead, long seed) {
    Random random = new Random(seed);
    World world = new World(random, 120);

    Optional<WindowScan> scan = Optional.empty();
    for (int window = 0; window < 60; window++) {
      boolean busy = window < 50;
      clockAhead = ahead;
      scan = readWindow(world, open(scan, world), random, busy);
      world.tick(busy ? random.nextInt(30) : 40);
    }
    settle(world, scan, random);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233})
  void missesNothingThoughTheServersClockJumps(long seed) {
    Random random = new Random(seed);
    World world = new World(random, 120);

    Optional<WindowScan> scan = Optional.empty();
    for (int window = 0; window < 60; window++) {
      boolean busy = window < 50;
      clockAhead = random.nextInt(3) == 0 ? random.nextInt(1_000) - 500 : 0;
      scan = readWindow(world, open(scan, world), random, busy);
      world.tick(busy ? random.nextInt(30) : 40);
    }
    settle(world, scan, random);
  }

  /** The overlap is another after every restart, but never shorter than changes are late. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void anotherOverlapThanBeforeMissesNothingAndRepeatsNothing(long seed) {
    Random random = new Random(seed);
    World world = new World(random, 120);

    Optional<WindowScan> scan = Optional.empty();
    for (int window = 0; window < 60; window++) {
      Reading reading = reading(OVERLAP.plusSeconds(random.nextInt(3) * 300L));
      boolean busy = window < 50;
      scan = readWindow(world, open(scan, world, reading), random, busy);
      world.tick(busy ? random.nextInt(30) : 40);
    }

    assertThat(arrived).doesNotHaveDuplicates().containsAll(world.all());
  }

  /** Whatever the interval, bulk changes included. {@code -Doverlaps=600} tries so many. */
  @ParameterizedTest
  @MethodSource("seeds")
  void missesNothingThatIsLateByTheOverlapAtTheMost(long seed) {
    Random random = new Random(seed);
    int overlap = List.of(1, 20, 60, 300).get(random.nextInt(4));
    int interval = List.of(1, 4, 15, 60, 400).get(random.nextInt(5));
    Reading reading = reading(Duration.ofSeconds(overlap));
    World world = new World(random, 120, overlap);

    Optional<WindowScan> scan = Optional.empty();
    for (int window = 0; window < 100; window++) {
      scan = readWindow(world, open(scan, world, reading), random, true);
      assertThat(committed.orElse(Map.of()).toString().length()).isLessThan(200_000);
      world.tick(random.nextInt(interval + 1));
      for (long id = 1; random.nextInt(20) == 0 && id <= 120; id++) {
        world.update(id);
      }
    }
    for (int quiet = 0; quiet <= 2 * overlap + 2 * interval; quiet += interval) {
      world.tick(interval);
      scan = readWindow(world, open(scan, world, reading), random, false);
    }

    assertThat(arrived).doesNotHaveDuplicates().containsAll(world.all());
  }

  static LongStream seeds() {
    return LongStream.range(0, Integer.getInteger("overlaps", 40));
  }

  private static Reading reading(Duration overlap) {
    return new Reading(
        Mode.INCREMENTAL,
        PagingStrategy.KEYSET,
        7,
        overlap,
        Duration.ofSeconds(1),
        Start.BEGINNING,
        Set.of());
  }

  /** A clock that is behind delays what it has not come to. */
  private void settle(World world, Optional<WindowScan> last, Random random) {
    Optional<WindowScan> scan = last;
    for (int window = 0; window < 15; window++) {
      world.tick(40);
      scan = readWindow(world, open(scan, world), random, false);
    }
    assertThat(arrived).doesNotHaveDuplicates();
    assertThat(arrived).containsAll(world.all());
  }

  private long arrivedOf(long id) {
    return arrived.stream().filter(item -> item.id().getAsLong() == id).count();
  }

  private WindowScan open(Optional<WindowScan> scan, World world) {
    return open(scan, world, READING);
  }

  private WindowScan open(Optional<WindowScan> scan, World world, Reading reading) {
    Instant to = world.now().minus(reading.safetyLag()).plusSeconds(clockAhead);
    return scan.map(last -> last.next(to, world.opening()))
        .or(
            () ->
                committed
                    .map(SourceOffset::fromMap)
                    .map(
                        at ->
                            WindowScan.resume(
                                at, reading, Optional.empty(), Metrics.NONE, world.opening())))
        .orElseGet(
            () ->
                WindowScan.first(
                    Optional.empty(),
                    to,
                    reading,
                    Optional.empty(),
                    Metrics.NONE,
                    world.opening()));
  }

  /** Reads to the end of the window, or to a kill: then nothing is left but what was committed. */
  private Optional<WindowScan> readWindow(
      World world, WindowScan scan, Random random, boolean busy) {
    Optional<Instant> after = scan.readFrom();
    while (true) {
      List<Item> page = world.read(after, scan.position(), READING.pageSize());
      if (page.isEmpty()) {
        return Optional.of(scan);
      }
      for (Accepted each :
          scan.accept(page, page.get(page.size() - 1).id().getAsLong(), world.nanos())) {
        if (busy && random.nextInt(60) == 0) {
          return Optional.empty();
        }
        arrived.add(each.item());
        committed = Optional.of(Map.copyOf(new SourceOffset.Lazy(each.windows().orElseThrow())));
      }
      if (busy) {
        world.change();
        world.tick(random.nextInt(3));
      }
    }
  }
}
