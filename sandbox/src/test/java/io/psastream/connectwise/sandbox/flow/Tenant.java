package io.psastream.connectwise.sandbox.flow;

import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * A ConnectWise double of one test, and the connectors of the examples pointed at it: quick
 * schedules and retries, a connector name and topics of the test's own.
 */
public record Tenant(Simulator simulator, String name) implements AutoCloseable {
  public static final String TICKETS = "/service/tickets";

  /** Starts a double with this many tickets for the test of this name. */
  public static Tenant start(String name, int tickets) {
    Simulator simulator = Simulator.start();
    simulator.store().keepEveryVersion(); // What arrives is compared with all of them.
    simulator.seed().tickets(tickets);
    return new Tenant(simulator, name);
  }

  public ItemCollection tickets() {
    return simulator.store().collection(TICKETS);
  }

  /** Makes every list of tickets take this long. */
  public void slow(int millis) {
    simulator.faults().add(Fault.of("latency").with("ms", millis).on(TICKETS));
  }

  /** The topic that the source writes to, or the sink reads from. */
  public String topic() {
    return name + ".topic";
  }

  /** The topic for rejected records. */
  String deadLetters() {
    return name + ".dead";
  }

  /** The tickets source. */
  public Example source() {
    return example("tickets-source.json")
        .with(Map.of("topic", topic(), "schedule.interval.ms", "500", "page.size", "100"));
  }

  /** The sink that changes tickets and deletes them by tombstone. */
  Example sink() {
    return sink("ticket-updates-sink.json");
  }

  /** A sink of the examples. */
  public Example sink(String file) {
    return example(file)
        .with(
            Map.of(
                "tasks.max",
                "1",
                "topics",
                topic(),
                "errors.deadletterqueue.topic.name",
                deadLetters(),
                "errors.deadletterqueue.topic.replication.factor",
                "1"));
  }

  /** An example with its site and credentials replaced by the double's. */
  Example example(String file) {
    try {
      Example example = Example.read(Examples.FOLDER.resolve(file));
      return new Example(name, example.config()).with(connection());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How connectors reach the double. */
  Map<String, String> connection() {
    Map<String, String> connection = new HashMap<>();
    connection.put("connectwise.site.url", simulator.url());
    connection.put("connectwise.username", simulator.username());
    connection.put("connectwise.password", simulator.password());
    connection.put("connectwise.client.id", simulator.clientId());
    connection.put("rate.limit.requests.per.minute", "0");
    connection.put("retry.backoff.ms", "50");
    connection.put("retry.backoff.max.ms", "500");
    return Map.copyOf(connection);
  }

  @Override
  public void close() {
    simulator.close();
  }
}
