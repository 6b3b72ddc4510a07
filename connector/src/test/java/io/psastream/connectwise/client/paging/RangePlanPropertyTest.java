package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.RangePlan.IdRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the ids, the page size of the server and the order in which answers come: every id once,
 * in order, with a bounded number of requests and pages.
 */
class RangePlanPropertyTest {

  /** How the ids of a list lie. */
  private enum Ids {
    DENSE,
    ONE_IN_TEN,
    AT_RANDOM,
    CLUSTERS,
    GAPS,
    SPARSE_THEN_DENSE;

    NavigableSet<Long> of(int count, Random random) {
      NavigableSet<Long> ids = new TreeSet<>();
      long id = 1L + random.nextInt(1_000);
      for (int i = 0; i < count; i++) {
        ids.add(id);
        id +=
            switch (this) {
              case DENSE -> 1;
              case ONE_IN_TEN -> 10;
              case AT_RANDOM -> 1 + (long) (-Math.log(1 - random.nextDouble()) * 20);
              case CLUSTERS -> random.nextInt(150) == 0 ? 1_000_000 : 1;
              case GAPS -> random.nextInt(count) < 3 ? 1_000_000_000L : 1 + random.nextInt(2);
              case SPARSE_THEN_DENSE -> i < count / 3 ? 500 + random.nextInt(1_000) : 1;
            };
      }
      return ids;
    }
  }

  /** One reading of a list, in which whatever can be next may be next. */
  private static final class Reading {

    private final Random random;
    private final NavigableSet<Long> ids;
    private final int serverSize;
    private final int inFlight;
    private final PrefetchDepth depth;
    private final RangePlan plan;
    private final List<IdRange> underWay = new ArrayList<>();
    private final List<Long> read = new ArrayList<>();
    private final Set<Long> deleted = new HashSet<>();
    private boolean ignoresUpperBound;
    private boolean troubles;
    private boolean breaksOff;
    private boolean probing;
    private boolean ended;
    private int size;
    private int requests;
    private int repeated;

    Reading(NavigableSet<Long> ids, int size, int serverSize, int inFlight, Random random) {
      this.ids = ids;
      this.size = size;
      this.serverSize = serverSize;
      this.inFlight = inFlight;
      this.random = random;
      this.depth = new PrefetchDepth(inFlight, 1_000);
      this.plan = new RangePlan(AscendingIds.BEGINNING, depth);
    }

    void run() {
      Optional<Page> page = Optional.empty();
      while (page.filter(Page::last).isEmpty()) {
        page = take();
        depth.taken(1 + random.nextInt(10));
        depth.answered(random.nextInt(50), 1 + random.nextInt(500));
        askAll();
        assertThat(underWay.isEmpty() && page.isEmpty()).as("stands still").isFalse();
        assertThat(requests).as("goes on for ever").isLessThan(10_000);
        if (troubles) {
          change();
        }
        assertThat(plan.outstanding()).isLessThanOrEqualTo(inFlight);
        int answers = probing || !underWay.isEmpty() ? 1 + random.nextInt(inFlight) : 0;
        for (int i = 0; i < answers; i++) {
          answerOne();
        }
      }
    }

    private Optional<Page> take() {
      try {
        Optional<Page> page = plan.take();
        page.ifPresent(it -> it.items().forEach(item -> read.add(item.id().getAsLong())));
        return page;
      } catch (IllegalStateException failed) {
        return Optional.empty();
      }
    }

    private void askAll() {
      if (plan.requestHighest()) {
        probing = true;
        requests++;
      }
      for (Optional<IdRange> next = plan.request(size);
          next.isPresent();
          next = plan.request(size)) {
        underWay.add(next.get());
        requests++;
      }
    }

    private void answerOne() {
      int which = random.nextInt(underWay.size() + (probing ? 1 : 0) + 1) - 1;
      if (which == underWay.size() && probing) {
        probing = false;
        plan.highest(ids.isEmpty() ? OptionalLong.empty() : OptionalLong.of(ids.last()));
      } else if (which >= 0 && which < underWay.size()) {
        answer(underWay.remove(which));
      }
    }

    private void answer(IdRange range) {
      if (troubles && random.nextInt(12) == 0) {
        repeated++;
        if (random.nextBoolean()) {
          plan.failed(range, new IllegalStateException());
        } else {
          size = Math.max(10, size / 2);
          plan.retry(range);
        }
        return;
      }
      long upTo = ignoresUpperBound ? Long.MAX_VALUE : range.upTo();
      List<Item> items =
          ids.tailSet(range.after(), false).stream()
              .takeWhile(id -> id <= upTo)
              .limit(cut(range.size()))
              .map(id -> new Item(OptionalLong.of(id), Optional.empty(), id))
              .toList();
      plan.answered(range, items, false);
      ended |= !range.bounded() && items.isEmpty();
    }

    /** How many items the server sends, which may break off without saying so (P25). */
    private int cut(int asked) {
      int full = Math.min(asked, serverSize);
      return breaksOff && random.nextInt(5) == 0 ? 1 + random.nextInt(full) : full;
    }

    private void change() {
      if (random.nextInt(10) == 0 && !ids.isEmpty()) {
        Long victim = ids.ceiling((long) (random.nextDouble() * ids.last()));
        ids.remove(victim);
        deleted.add(victim);
      }
      if (random.nextInt(30) == 0 && !ids.isEmpty() && !ended) {
        ids.add(ids.last() + 1 + random.nextInt(5));
      }
    }

    void check() {
      assertThat(read).isSorted().doesNotHaveDuplicates();
      Set<Long> missing = new TreeSet<>(ids);
      read.forEach(missing::remove);
      assertThat(missing).isEmpty();
      Set<Long> invented = new HashSet<>(read);
      invented.removeAll(ids);
      assertThat(deleted).containsAll(invented);
    }
  }

  @ParameterizedTest
  @EnumSource(Ids.class)
  void readsEveryIdOnceInOrderWithFewRequests(Ids kind) {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int pageSize = 20 + random.nextInt(100);
      int serverSize = random.nextInt(4) == 0 ? 10 + random.nextInt(pageSize) : 1_000;
      int inFlight = 1 + random.nextInt(8);
      int count = random.nextInt(6_000);
      Reading reading = new Reading(kind.of(count, random), pageSize, serverSize, inFlight, random);
      reading.ignoresUpperBound = random.nextInt(10) == 0;

      reading.run();

      reading.check();
      int pages = 1 + count / Math.min(pageSize, serverSize);
      assertThat(reading.requests)
          .as("%s seed %d: %d pages, %d in flight", kind, seed, pages, inFlight)
          .isLessThanOrEqualTo(inFlight == 1 ? pages + 1 : pages * 5 / 4 + 3 * inFlight + 4);
    }
  }

  @ParameterizedTest
  @EnumSource(Ids.class)
  void readsEveryIdOnceInOrderWhileRequestsFailAndItemsComeAndGo(Ids kind) {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int inFlight = 1 + random.nextInt(8);
      int serverSize = random.nextInt(3) == 0 ? 10 + random.nextInt(90) : 1_000;
      Reading reading =
          new Reading(kind.of(random.nextInt(3_000), random), 100, serverSize, inFlight, random);
      reading.troubles = true;

      reading.run();

      reading.check();
      int pages = 1 + reading.read.size() / Math.min(reading.size, serverSize);
      assertThat(reading.requests)
          .as("%s seed %d", kind, seed)
          .isLessThanOrEqualTo(pages * 2 + 3 * inFlight + 8 + reading.repeated);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Ids.class,
      names = {"DENSE", "ONE_IN_TEN"})
  void readsEveryIdThoughTheServerSendsLessThanThereIsAndDoesNotSaySo(Ids kind) {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int inFlight = 2 + random.nextInt(7);
      Reading reading =
          new Reading(kind.of(random.nextInt(3_000), random), 100, 1_000, inFlight, random);
      reading.breaksOff = true;

      reading.run();

      reading.check();
    }
  }

  @Test
  void needsNoMoreThanTwoRequestsAboveThePagesWhereNoIdIsMissing() {
    for (int count :
        new int[] {0, 1, 999, 1_000, 1_001, 2_000, 2_001, 3_000, 19_999, 20_000, 50_001}) {
      for (int inFlight : new int[] {1, 4, 8}) {
        Random random = new Random(count);
        Reading reading = new Reading(Ids.DENSE.of(count, random), 1_000, 1_000, inFlight, random);

        reading.run();

        reading.check();
        int pages = (count + 999) / 1_000;
        boolean small = count < 2_000 || inFlight == 1;
        assertThat(reading.requests)
            .as("%d ids, %d in flight", count, inFlight)
            .isLessThanOrEqualTo(pages + (small ? 1 : 2));
      }
    }
  }
}
