package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.simulator.store.Stamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The source end to end, with exactly-once on: the first reading, the changes after it, and
 * interruptions in between. Compared id by id with what the double holds.
 */
@ExtendWith(SandboxExtension.class)
final class SnapshotIT {
  private final Sandbox sandbox;

  SnapshotIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void snapshotAndThenChangesArriveNoneMissingAndNoneTwice() {
    try (Tenant tenant = Tenant.start("changes", 3_000);
        TopicReader reader = started(tenant)) {
      Arrivals arrivals = new Arrivals(reader, tenant.tickets()).awaitAll();

      change(tenant, 0, 7);
      arrivals.awaitAll();
      change(tenant, 3, 5);
      tenant.simulator().seed().at(Instant.now()).tickets(50);
      arrivals.awaitAll();

      arrivals.assertEachOnce();
      sandbox.connect().delete(tenant.name());
    }
  }

  @Test
  void ticketsThatChangeWhileTheSnapshotIsReadArriveInTheirNewestVersion() {
    try (Tenant tenant = Tenant.start("moving", 3_000)) {
      tenant.slow(30);
      try (TopicReader reader = started(tenant)) {
        Arrivals arrivals = new Arrivals(reader, tenant.tickets());
        for (int read = 300; read < 2_400; read += 300) {
          arrivals.awaitAtLeast(read);
          change(tenant, read / 300, 11);
        }

        arrivals.awaitAll().assertEachOnce();
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  /** Proxies overwrite {@code Date}, tiers of servers differ, and clocks are set. */
  @Test
  void changesArriveOnceWhileTheClocksOfTheSiteAreWrong() {
    AtomicInteger answers = new AtomicInteger();
    List<Function<Instant, Optional<Instant>>> dates =
        List.of(
            now -> Optional.of(now.plusSeconds(300)),
            now -> Optional.of(now.minusSeconds(300)),
            now -> Optional.empty(),
            now -> Optional.of(answers.incrementAndGet() == 2 ? now.plusSeconds(900) : now));
    try (Tenant tenant = Tenant.start("dates", 500)) {
      Stamp ahead = Stamp.at(Instant.parse("2099-01-01T00:00:00Z"));
      tenant.tickets().update(500, ticket -> ticket.put("summary", "of another age"), ahead);
      try (TopicReader reader = started(tenant)) {
        Arrivals arrivals = new Arrivals(reader, tenant.tickets()).awaitAll();
        for (int kind = 0; kind < dates.size(); kind++) {
          tenant.simulator().dates(dates.get(kind));
          for (int first : List.of(2 * kind, 2 * kind + 1)) {
            change(tenant, first, 10);
            arrivals.awaitAll();
          }
        }
        assertThat(answers).hasValueGreaterThan(2);
        arrivals.assertEachOnce();
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  @Test
  void snapshotGoesOnWhereItWasWhenTheWorkerIsStoppedAndStartedAgainAtSeveralPoints() {
    try (Tenant tenant = Tenant.start("restarts", 2_000)) {
      tenant.slow(150);
      try (TopicReader reader = started(tenant)) {
        Arrivals arrivals = new Arrivals(reader, tenant.tickets());
        for (int point : List.of(1, 500, 1_100)) {
          arrivals.awaitAtLeast(point);
          sandbox.stopWorker();
          assertThat(reader.toEnd()).hasSizeLessThan(2_000);
          change(tenant, point % 10, 13);
          sandbox.startWorker();
        }

        arrivals.awaitAll().assertEachOnce();
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  @Test
  void connectorThatIsDeletedAndCreatedAgainUnderAnotherQueryAliasGoesOnWhereItWas() {
    try (Tenant tenant = Tenant.start("alias", 500)) {
      sandbox.topics().create(tenant.topic(), 1);
      sandbox.connect().start(tenant.name(), named(tenant, "before"), 1);
      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        Arrivals arrivals = new Arrivals(reader, tenant.tickets()).awaitAll();
        sandbox.connect().delete(tenant.name());
        change(tenant, 0, 50);

        sandbox.connect().start(tenant.name(), named(tenant, "after"), 1);

        arrivals.awaitAll().assertEachOnce();
        assertThat(reader.records()).hasSize(500 + 10);
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  private static Map<String, String> named(Tenant tenant, String alias) {
    Example example = tenant.source();
    return example
        .without("operation.id", "options", "topic")
        .with(
            Map.of(
                "queries",
                alias,
                "query." + alias + ".operation.id",
                "getServiceTickets",
                "query." + alias + ".topic",
                tenant.topic()))
        .config();
  }

  private TopicReader started(Tenant tenant) {
    sandbox.topics().create(tenant.topic(), 1);
    // One page after the other, so that there is a middle to stop in.
    Example source = tenant.source().with(Map.of("max.in.flight.requests", "1"));
    sandbox.connect().start(tenant.name(), source.config(), 1);
    return sandbox.topics().reader(tenant.topic());
  }

  /** Changes every {@code step}th ticket, from the {@code first}. */
  private static void change(Tenant tenant, int first, int step) {
    List<Long> ids = tenant.tickets().ids();
    for (int i = first; i < ids.size(); i += step) {
      String summary = "Changed " + i + " of " + ids.size() + " by " + step;
      tenant.tickets().update(ids.get(i), ticket -> ticket.put("summary", summary));
    }
  }
}
