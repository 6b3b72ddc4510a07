package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.config.Reading.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the overlap costs at an interval of a second, in pages. */
class OverlapTest {

  private static final int ITEMS = 5_000;
  private static final int PAGE = 100;
  private static final int PAGES = ITEMS / PAGE;
  private static final Reading READING =
      new Reading(
          Mode.INCREMENTAL,
          PagingStrategy.KEYSET,
          PAGE,
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Start.BEGINNING,
          Set.of());

  private final World world = new World(new Random(1), ITEMS);
  private WindowScan scan;

  /** What was read: pages that had items, requests, and items. */
  private int pages;

  private int requests;
  private int items;

  /** Also beside others that change now and then, and if it takes its time. */
  @ParameterizedTest(name = "in {0} s, others each {1} s")
  @CsvSource({
    "1, 1000",
    "1, 1",
    "1, 7",
    "1, 20",
    "1, 59",
    "3, 10",
    "10, 1000",
    "40, 1000",
    "40, 3"
  })
  void aBulkChangeIsReadAFewTimes(int seconds, int others) {
    quiet(130);
    run(45, others, second -> {});
    pages = 0;
    items = 0;

    run(190, others, second -> change(second, seconds));

    assertThat(items / PAGE).isBetween(3 * PAGES, 5 * PAGES);
  }

  @Test
  void aBulkChangeCostsAFewTimesItsPagesAndThenARequestForEachRun() {
    quiet(130);
    pages = 0;
    run(120, 1_000, second -> change(second, 1));
    assertThat(pages).isBetween(3 * PAGES, 5 * PAGES);

    requests = 0;
    quiet(100);
    assertThat(requests).isEqualTo(100);
  }

  /** Its share of a bulk change that takes so many seconds. */
  private void change(int second, int seconds) {
    if (second < seconds) {
      int share = ITEMS / seconds;
      LongStream.rangeClosed(1, share).forEach(each -> world.update((long) second * share + each));
    }
  }

  private void quiet(int runs) {
    run(runs, runs + 1, second -> {});
  }

  private void run(int runs, int others, IntConsumer happens) {
    for (int second = 0; second < runs; second++) {
      happens.accept(second);
      if (second % others == others - 1) {
        world.update(1);
      }
      run();
    }
  }

  /** A run a second later. */
  private void run() {
    world.tick(1);
    Instant to = world.now().minus(READING.safetyLag());
    scan =
        scan == null
            ? WindowScan.first(
                Optional.empty(), to, READING, Optional.empty(), Metrics.NONE, world.opening())
            : scan.next(to, world.opening());
    long position = scan.position();
    List<Item> page;
    do {
      page = world.read(scan.readFrom(), position, PAGE);
      requests++;
      if (!page.isEmpty()) {
        pages++;
        items += page.size();
        position = page.get(page.size() - 1).id().orElseThrow();
        scan.accept(page, position, world.nanos());
      }
    } while (!page.isEmpty());
  }
}
