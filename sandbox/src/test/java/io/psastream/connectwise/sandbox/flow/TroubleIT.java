package io.psastream.connectwise.sandbox.flow;

import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.fault.ActiveFault;
import io.psastream.connectwise.simulator.fault.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the site does during a snapshot changes when tickets arrive, never whether, and no task
 * fails.
 */
@ExtendWith(SandboxExtension.class)
final class TroubleIT {
  private static final int TIMES = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Sandbox sandbox;

  TroubleIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          throttledWithRetryAfter, rateLimit,      retryAfter=1
          throttledWithoutBody,    rateLimit,      retryAfter=1 body=empty
          unavailable,             unavailable,    status=503
          badGateway,              htmlPage,       status=502
          timedOut,                latency,        ms=2500
          droppedBeforeTheAnswer,  dropRequest,    ''
          droppedWithinTheAnswer,  dropConnection, ''
          cutShort,                truncatedBody,  ''
          databaseTimeout,         timeout500,     ''
          blankPage,               blankPage,      ''
          endlessFileName,         longFileName,   ''
          jsonThatIsCalledText,    contentType,    type=text/plain
          """)
  void snapshotIsCompleteAndWithoutDuplicatesWhenTheSiteIs(
      String name, String fault, String parameters) {
    try (Tenant tenant = Tenant.start(name, 1_000)) {
      tenant.slow(20);
      sandbox.topics().create(tenant.topic(), 1);
      Example source = tenant.source().with(Map.of("http.request.timeout.ms", "1000"));
      sandbox.connect().start(tenant.name(), source.config(), 1);
      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        Arrivals arrivals = new Arrivals(reader, tenant.tickets()).awaitAtLeast(200);
        ActiveFault trouble =
            tenant.simulator().faults().add(fault(fault, parameters).times(TIMES));
        // A machine that is slow to see the first records leaves the rest of it to later windows.
        Await.until(
            "All of the trouble",
            PATIENCE,
            () -> trouble.usedUp() ? Optional.of(true) : Optional.empty(),
            () -> trouble.hits() + " of " + TIMES);

        arrivals.awaitAll().assertEachOnce();
        sandbox.connect().requireHealthy(tenant.name());
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  private static Fault fault(String name, String parameters) {
    Fault fault = Fault.of(name).on(Tenant.TICKETS);
    for (String parameter : parameters.isEmpty() ? new String[0] : parameters.split(" ", -1)) {
      String[] pair = parameter.split("=", 2);
      fault = fault.with(pair[0], pair[1]);
    }
    return fault;
  }
}
