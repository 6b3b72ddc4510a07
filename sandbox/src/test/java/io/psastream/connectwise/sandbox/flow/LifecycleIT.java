package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.connect.ForkedWorker.Jvm;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.fault.Fault;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What operators do to a running source, and what is done to them: pause, reset, revoked keys, a
 * killed worker.
 */
@ExtendWith(SandboxExtension.class)
final class LifecycleIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TRANSACTION_TIMEOUT = "producer.override.transaction.timeout.ms";

  private final Sandbox sandbox;

  LifecycleIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void pausedSourceReadsNothingUntilItIsResumed() {
    try (Tenant tenant = Tenant.start("paused", 100);
        TopicReader reader = started(tenant)) {
      Arrivals arrivals = new Arrivals(reader, tenant.tickets()).awaitAll();
      sandbox.connect().pause(tenant.name());
      Await.until("No more requests", PATIENCE, () -> quiet(tenant));

      tenant.tickets().update(7, ticket -> ticket.put("summary", "while it was paused"));
      assertThat(quiet(tenant)).isTrue();
      assertThat(reader.toEnd()).hasSize(100);
      sandbox.connect().resume(tenant.name());

      arrivals.awaitAll().assertEachOnce();
      assertThat(metric(tenant, "items-total")).contains(101.0);
      assertThat(metric(tenant, "lag-seconds"))
          .hasValueSatisfying(lag -> assertThat((double) lag).isBetween(0.0, 120.0));
      sandbox.connect().delete(tenant.name());
      Await.until("No metric is left", PATIENCE, () -> metric(tenant, "items-total").isEmpty());
    }
  }

  /** A metric of the query, which the worker shows in this JVM; empty without it. */
  private static Optional<Object> metric(Tenant tenant, String name) {
    String query = ",task=0,query=getServiceTickets";
    try {
      return Optional.of(
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName("kafka.connect:type=plugins,connector=" + tenant.name() + query),
                  name));
    } catch (InstanceNotFoundException e) {
      return Optional.empty();
    } catch (JMException e) {
      throw new AssertionError(name, e);
    }
  }

  /** Two schedules pass without a request. */
  private static boolean quiet(Tenant tenant) {
    long before = tenant.simulator().requests().total();
    long end = System.nanoTime() + Duration.ofMillis(1_500).toNanos();
    Await.until("A moment", PATIENCE, () -> System.nanoTime() - end >= 0);
    return tenant.simulator().requests().total() == before;
  }

  @Test
  void resettingTheOffsetsOfAStoppedSourceReadsEverythingAgain() {
    try (Tenant tenant = Tenant.start("reset", 100);
        TopicReader reader = started(tenant)) {
      new Arrivals(reader, tenant.tickets()).awaitAll().assertEachOnce();
      sandbox.connect().stop(tenant.name());
      assertThat(sandbox.connect().offsets(tenant.name()).path("offsets")).hasSize(1);

      sandbox.connect().resetOffsets(tenant.name());
      sandbox.connect().resume(tenant.name());

      reader.awaitCount(200, PATIENCE);
      sandbox.connect().delete(tenant.name());
    }
  }

  @Test
  void alteringTheOffsetOfOneQueryReadsThatOneAgainAndLeavesTheOther() {
    try (Tenant tenant = Tenant.start("altered", 100)) {
      tenant.simulator().seed().companies(40);
      sandbox.topics().create(tenant.topic(), 1);
      sandbox.topics().create("altered.companies", 1);
      sandbox.connect().start(tenant.name(), twoQueries(tenant), 1);
      try (TopicReader tickets = sandbox.topics().reader(tenant.topic());
          TopicReader companies = sandbox.topics().reader("altered.companies")) {
        tickets.awaitCount(100, PATIENCE);
        companies.awaitCount(40, PATIENCE);
        long sixtieth = tenant.tickets().ids().get(59);
        Instant since = tenant.tickets().get(sixtieth).orElseThrow().updated().orElseThrow();

        alter(tenant, "getCompanyCompanies", Optional.empty());
        companies.awaitCount(80, PATIENCE);
        alter(tenant, "getServiceTickets", Optional.of(since));
        tickets.awaitCount(140, PATIENCE);

        awaitMoreRequests(tenant);
        assertThat(tickets.toEnd()).hasSize(140);
        assertThat(companies.toEnd()).hasSize(80);
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  private static Map<String, String> twoQueries(Tenant tenant) {
    return tenant
        .source()
        .without("operation.id", "options", "topic")
        .with(
            Map.of(
                "queries", "tickets,companies",
                "query.tickets.operation.id", "getServiceTickets",
                "query.tickets.topic", tenant.topic(),
                "query.companies.operation.id", "getCompanyCompanies",
                "query.companies.topic", "altered.companies",
                "overlap.ms", "0"))
        .config();
  }

  /** The recipe of docs/operations.md: a query begins anew, or with what was updated since. */
  private void alter(Tenant tenant, String operation, Optional<Instant> since) {
    sandbox.connect().stop(tenant.name());
    ObjectNode all = sandbox.connect().offsets(tenant.name()).deepCopy();
    for (JsonNode each : all.withArray("offsets")) {
      if (each.at("/partition/operation").asText().equals(operation)) {
        ObjectNode offset = JsonNodeFactory.instance.objectNode().put("version", 1).put("id", 0);
        since.ifPresent(from -> offset.put("from", from.toString()).put("to", from.toString()));
        ObjectNode altered = JsonNodeFactory.instance.objectNode();
        altered
            .putArray("offsets")
            .addObject()
            .<ObjectNode>set("partition", each.path("partition"))
            .set("offset", since.isPresent() ? offset : JsonNodeFactory.instance.nullNode());
        sandbox.connect().alterOffsets(tenant.name(), altered);
      }
    }
    sandbox.connect().resume(tenant.name());
  }

  /** Every query runs once more at least. */
  private static void awaitMoreRequests(Tenant tenant) {
    long before = tenant.simulator().requests().total();
    Await.until("More", PATIENCE, () -> tenant.simulator().requests().total() >= before + 6);
  }

  @Test
  void keysThatTheSiteNoLongerAcceptsFailTheTaskWithTheWordsOfTheApi() {
    try (Tenant tenant = Tenant.start("revoked", 100);
        TopicReader reader = started(tenant)) {
      new Arrivals(reader, tenant.tickets()).awaitAll();

      tenant.simulator().faults().add(Fault.of("unauthorized"));

      assertThat(sandbox.connect().awaitFailed(tenant.name()).cause())
          .contains("getServiceTickets", "401", "connectwise.username");
      sandbox.connect().delete(tenant.name());
    }
  }

  @Test
  void workerThatIsKilledInTheMiddleOfTheSnapshotLeavesNothingOutAndNothingTwice()
      throws IOException {
    try (Tenant tenant = Tenant.start("killed", 2_000)) {
      tenant.slow(100);
      sandbox.forkWorker();
      sandbox.topics().create(tenant.topic(), 1);
      // The next worker waits until the transaction that the kill leaves open has timed out: a
      // minute, were it not for the key of the examples.
      assertThat(tenant.source().config()).containsEntry(TRANSACTION_TIMEOUT, "15000");
      Map<String, String> config =
          tenant.source().with(Map.of(TRANSACTION_TIMEOUT, "4000")).config();
      sandbox.connect().start(tenant.name(), config, 1);
      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        Arrivals arrivals = new Arrivals(reader, tenant.tickets()).awaitAtLeast(500);
        sandbox.killWorker();
        sandbox.startWorker();

        arrivals.awaitAll().assertEachOnce();
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  /** As where the limits were raised beyond what the worker has. */
  @Test
  void taskThatRunsOutOfMemorySaysWhatToSetAndLosesNothing() throws IOException {
    String limit = "1000000000";
    try (Tenant tenant = Tenant.start("exhausted", 100)) {
      List<String> fields = List.of("summary", "resources", "automaticEmailCc");
      String text = "x".repeat(15_000_000);
      tenant.tickets().update(50, ticket -> fields.forEach(it -> ticket.put(it, text)));
      sandbox.forkWorker("exhausted", Jvm.small().with("-Xmx128m"));
      sandbox.topics().create(tenant.topic(), 1);
      Map<String, String> config =
          tenant
              .source()
              .with(Map.of("http.response.max.bytes", limit, "http.memory.max.bytes", limit))
              .config();
      sandbox.connect().start(tenant.name(), config, 1);

      assertThat(sandbox.connect().awaitFailed(tenant.name()).cause())
          .contains("http.memory.max.bytes", "KAFKA_HEAP_OPTS");
      tenant.tickets().update(50, ticket -> fields.forEach(it -> ticket.put(it, "x")));
      sandbox.connect().restartFailed(tenant.name());

      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        new Arrivals(reader, tenant.tickets()).awaitAll().assertEachOnce();
      }
      sandbox.connect().delete(tenant.name());
    } finally {
      sandbox.stopWorker();
    }
  }

  private TopicReader started(Tenant tenant) {
    sandbox.topics().create(tenant.topic(), 1);
    sandbox.connect().start(tenant.name(), tenant.source().config(), 1);
    return sandbox.topics().reader(tenant.topic());
  }
}
