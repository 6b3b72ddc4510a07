package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An outage is one line and its end another, however many calls it hits. */
@ExtendWith(SimulatorExtension.class)
class FewLinesTest {

  @Test
  void anOutageOfManyCallsAtOnce(Simulator simulator) {
    simulator.seed().tickets(1);
    simulator.faults().add(Fault.of("unavailable").times(200));
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream before = System.err;
    try (PrintStream captured = new PrintStream(log, true, UTF_8);
        ConnectWiseClient client =
            Calls.settings(simulator).retry(Calls.quickly(1_000)).inFlight(8).open()) {
      System.setErr(captured);
      IntStream.range(0, 16)
          .parallel()
          .forEach(
              i ->
                  client
                      .ofQuery("open", Metrics.NONE)
                      .send(Calls.tickets(Map.of("pageSize", "1")), Calls.ITEMS));
      client.send(Calls.tickets(Map.of("pageSize", "1")));
    } finally {
      System.setErr(before);
    }

    assertThat(log.toString(UTF_8).lines().filter(line -> line.contains("Retrying in")))
        .singleElement()
        .asString()
        .contains("Query open: getServiceTickets GET /service/tickets → ");
    assertThat(log.toString(UTF_8).lines().filter(line -> line.contains("Over after")))
        .singleElement()
        .asString()
        .contains("the site is unavailable");
  }
}
