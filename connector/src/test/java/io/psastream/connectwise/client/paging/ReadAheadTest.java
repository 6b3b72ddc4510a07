package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import io.psastream.connectwise.simulator.http.Request;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A long list is read in ranges of ids side by side, and comes as if it were not. */
@ExtendWith(SimulatorExtension.class)
class ReadAheadTest {

  private Simulator simulator;
  private LongList list;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    list = new LongList(started);
  }

  @ParameterizedTest
  @CsvSource({"1,1,21", "1,4,22", "1,8,22", "10,1,21", "10,4,24", "10,8,24"})
  void readsTwentyThousandTicketsInOrder(int step, int inFlight, int requests) {
    list.tickets(20_000, step);
    simulator.faults().add(Fault.of("latency").with("ms", 5));

    try (ConnectWiseClient client = list.open(inFlight)) {
      assertThat(list.readAll(client, 1_000)).isEqualTo(list.collection().ids());
    }

    assertThat(list.requests()).isLessThanOrEqualTo(requests);
    // So many pages, and the one that is being handed over.
    assertThat(list.mostHeld()).isLessThanOrEqualTo((inFlight + 1) * 1_000L);
  }

  @Test
  void hasAsManyRequestsUnderWayAsItMay() {
    list.tickets(3_000, 1);
    CountDownLatch together = new CountDownLatch(4);
    simulator
        .faults()
        .before(
            Fault.of("hook").on(LongList.PATH),
            request -> {
              if (isRange(request)) {
                together.countDown();
                await(together);
              }
            });

    try (ConnectWiseClient client = list.open(4)) {
      list.readAll(client, 100);
    }

    assertThat(together.getCount()).isZero();
    assertThat(list.read()).hasSize(3_000);
  }

  @Test
  void keepsAsManyUnderWayAsItMayWhileTheSiteIsWhatIsWaitedFor() {
    list.tickets(4_000, 1);
    simulator.faults().add(Fault.of("latency").with("ms", 30).on(LongList.PATH));

    try (ConnectWiseClient client = list.open(4)) {
      list.readAll(client, 100);
    }

    List<LoggedRequest> late = simulator.requests().recent();
    late = late.subList(late.size() / 2, late.size());
    assertThat(late).extracting(underWayWhenItCame(late)).contains(4L);
  }

  private static Function<LoggedRequest, Long> underWayWhenItCame(List<LoggedRequest> requests) {
    return it ->
        requests.stream()
            .filter(other -> !other.at().isAfter(it.at()))
            .filter(other -> other.at().plus(other.took()).isAfter(it.at()))
            .count();
  }

  private static boolean isRange(Request request) {
    return request.query().getOrDefault("conditions", "").contains("id <=");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void readsAShortListWithoutFurtherRequestsOrThreads() {
    list.tickets(199, 1);

    try (ConnectWiseClient client = list.open(8)) {
      list.readAll(client, 100);
    }

    assertThat(list.read()).hasSize(199);
    assertThat(list.requests()).isEqualTo(3);
    assertThat(list.threads()).containsExactly(Thread.currentThread());
  }

  @Test
  void asksForTheHighestIdOnceAndForNothingElseOfIt() {
    list.tickets(1_000, 1);

    try (ConnectWiseClient client = list.open(4)) {
      list.readAll(client, 100);
    }

    List<LoggedRequest> highest =
        simulator.requests().recent().stream()
            .filter(request -> request.query("orderBy").equals("id desc"))
            .toList();
    assertThat(highest).hasSize(1);
    assertThat(highest.get(0).query("fields")).isEqualTo("id");
    assertThat(highest.get(0).query("pageSize")).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({"clamp,1", "clamp,10", "reject,1"})
  void readsEverythingFromAServerThatSendsLessThanItIsAskedFor(String mode, int step) {
    list.tickets(5_000, step);
    simulator
        .faults()
        .add(Fault.of("maxPageSize").with("max", 300).with("mode", mode).on(LongList.PATH));

    try (ConnectWiseClient client = list.open(4)) {
      assertThat(list.readAll(client, 1_000)).isEqualTo(list.collection().ids());
    }

    assertThat(list.requests()).isLessThanOrEqualTo(17 + 6);
  }

  @Test
  void losesNothingWhereTheServerBreaksOffLists() {
    list.tickets(3_000, 1);
    simulator.faults().add(Fault.of("shortList").with("rows", 7).on(LongList.PATH).times(12));

    try (ConnectWiseClient client = list.open(4)) {
      assertThat(list.readAll(client, 100)).isEqualTo(list.collection().ids());
    }
  }

  @Test
  void readsClustersOfIdsWithoutManyEmptyRanges() {
    for (int cluster = 0; cluster < 20; cluster++) {
      for (int i = 1; i <= 250; i++) {
        list.put(cluster * 10_000_000L + i);
      }
    }

    try (ConnectWiseClient client = list.open(4)) {
      assertThat(list.readAll(client, 100)).isEqualTo(list.collection().ids());
    }

    assertThat(list.requests()).isLessThanOrEqualTo(50 * 5 / 4 + 3 * 4 + 4);
  }

  @Test
  void readsWhatStaysWhileItemsAreDeletedAndCreated() {
    list.tickets(3_000, 1);
    simulator
        .faults()
        .before(
            Fault.of("hook").on(LongList.PATH).times(20),
            request -> {
              list.collection().delete(list.requests() * 137 + 5);
              list.collection().delete(list.collection().ids().get(2_000));
              list.put(list.collection().nextId());
            });

    try (ConnectWiseClient client = list.open(4)) {
      list.readAll(client, 100);
    }

    assertThat(list.read())
        .isSorted()
        .doesNotHaveDuplicates()
        .containsAll(list.collection().ids())
        .anyMatch(id -> id > 3_000);
  }

  @Test
  void leavesNoThreadBehindWhenTheClientIsClosed() throws InterruptedException {
    list.tickets(2_000, 1);
    Set<Thread> threads;
    try (ConnectWiseClient client = list.open(4)) {
      list.readAll(client, 100);
      threads = list.threads();
      assertThat(threads).hasSizeBetween(2, 5);
    }

    for (Thread thread : threads) {
      if (thread != Thread.currentThread()) {
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }
}
