package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.fault.Fault;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What operators do to a running source, and what is done to them: pause, reset, revoked keys, a
 * killed worker.
 */
@ExtendWith(SandboxExtension.class)
final class LifecycleIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

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
      sandbox.connect().delete(tenant.name());
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
      try (TopicReader reader = started(tenant)) {
        Arrivals arrivals = new Arrivals(reader, tenant.tickets()).awaitAtLeast(500);
        sandbox.killWorker();
        sandbox.startWorker();

        arrivals.awaitAll().assertEachOnce();
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  private TopicReader started(Tenant tenant) {
    sandbox.topics().create(tenant.topic(), 1);
    sandbox.connect().start(tenant.name(), tenant.source().config(), 1);
    return sandbox.topics().reader(tenant.topic());
  }
}
