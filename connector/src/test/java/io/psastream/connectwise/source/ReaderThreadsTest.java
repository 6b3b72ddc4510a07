package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Threads;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** However many queries a task has, its threads are few, and none where nothing is read. */
@ExtendWith(SimulatorExtension.class)
class ReaderThreadsTest {

  private static final int QUERIES = 100;
  private static final int TICKETS = 1;

  @Test
  void aHundredQueriesWithChildrenShareAFewThreads(Simulator simulator) throws Exception {
    Set<String> names = new TreeSet<>();
    simulator.seed().at(Instant.now().minus(Duration.ofDays(2))).tickets(TICKETS);
    simulator.clock().advance(Duration.ofSeconds(5));
    try (SourceHarness source = new SourceHarness(simulator)) {
      simulator.faults().add(Fault.of("latency").with("ms", 5).on("/service/tickets/**"));
      source.set(
          "queries",
          IntStream.range(0, QUERIES)
              .mapToObj(i -> "q" + i + ",n" + i)
              .collect(Collectors.joining(",")));
      for (int i = 0; i < QUERIES; i++) {
        source.set("query.q" + i + ".topic", "tickets-" + i);
        source.set("query.q" + i + ".options", "{\"conditions\": \"id > -" + i + "\"}");
        source.set("query.n" + i + ".operation.id", "getServiceTicketsByParentIdNotes");
        source.set("query.n" + i + ".parent", "q" + i);
        source.set("query.n" + i + ".options", "{\"parentId\": \"${parent.id}\"}");
      }
      source.set("schedule.interval.ms", "60000").start();

      source.pollUntil(
          () -> {
            names.addAll(threads());
            return source.records().size() == QUERIES * TICKETS;
          });
    }

    assertThat(names)
        .filteredOn(name -> name.startsWith("connectwise-reader"))
        .hasSizeBetween(2, 16);
    assertThat(names)
        .filteredOn(name -> name.startsWith("connectwise-child-reader"))
        .hasSizeBetween(2, 4);
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }

  @Test
  void aPoolHasNoThreadsWhenItHasNoWork() throws Exception {
    ThreadPoolExecutor pool = Threads.upTo(2, "test");
    pool.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
    for (int i = 0; i < 10; i++) {
      pool.submit(() -> {}).get();
    }

    assertThat(pool.getLargestPoolSize()).isEqualTo(2);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (pool.getPoolSize() > 0) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
