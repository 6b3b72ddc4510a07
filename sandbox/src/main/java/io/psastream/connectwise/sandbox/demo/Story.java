package io.psastream.connectwise.sandbox.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The story: tickets arrive in Kafka, a change follows, an update from a topic changes a ticket and
 * a tombstone deletes one. Each chapter waits, for a bounded time, until it has come true; the
 * first that does not ends the story with an exception.
 */
final class Story {
  /** Where the source looks for signals. */
  static final String SIGNALS = "psa.signals";

  private static final String HEARTBEATS = "psa.heartbeats";
  private static final int TICKETS = 5_000;
  private static final String PATH = "/service/tickets";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Sandbox sandbox;
  private final Simulator simulator;
  private final ItemCollection tickets;
  private final Screen screen;

  Story(Sandbox sandbox, Simulator simulator, Screen screen) {
    this.sandbox = sandbox;
    this.simulator = simulator;
    this.tickets = simulator.store().collection(PATH);
    this.screen = screen;
  }

  /** Tells all of it, with the connectors of the examples. */
  void tell(Path examples) throws IOException {
    Example source =
        here(
            Example.read(examples.resolve("tickets-source.json")),
            Map.of(
                "schedule.interval.ms",
                "1000",
                "deletes.detect",
                "sweep",
                "heartbeat.topic",
                HEARTBEATS,
                "signal.topic",
                SIGNALS,
                "signal.bootstrap.servers",
                sandbox.bootstrapServers()));
    Example sink = here(Example.read(examples.resolve("ticket-updates-sink.json")), Map.of());
    String topic = source.config().get("topic");
    String updates = sink.config().get("topics");
    sandbox.topics().create(topic, 3);
    sandbox.topics().create(updates, 3);
    sandbox.topics().create(HEARTBEATS, 1);
    sandbox.topics().create(SIGNALS, 1);

    screen.chapter("Seeding ConnectWise with %,d tickets".formatted(TICKETS));
    chapter("ConnectWise holds %,d tickets".formatted(TICKETS), this::seed);
    screen.chapter("Creating the connectors of tickets-source.json and ticket-updates-sink.json");
    chapter("both connectors run", () -> create(source, sink));
    try (TopicReader arrivals = sandbox.topics().reader(topic)) {
      List<Long> ids = tickets.ids();
      screen.chapter("ConnectWise to Kafka: the first reading fills the topic " + topic);
      chapter("every ticket is in " + topic + " once", () -> arrive(arrivals, ids));
      long changed = ids.get(ids.size() / 2);
      screen.chapter("ConnectWise to Kafka: somebody changes ticket #" + changed);
      chapter("the change of #" + changed + " is in " + topic, () -> follow(arrivals, changed));
      screen.chapter(
          "Kafka to ConnectWise: an update record for #"
              + changed
              + " goes to the topic "
              + updates);
      chapter(
          "#" + changed + " has its new summary in ConnectWise", () -> update(updates, changed));
    }
    long deleted = tickets.ids().get(0);
    screen.chapter(
        "Kafka to ConnectWise: a tombstone for #" + deleted + " goes to the topic " + updates);
    chapter("#" + deleted + " is gone from ConnectWise", () -> delete(updates, deleted));
    screen.summary();
  }

  private void chapter(String proof, Runnable chapter) {
    long start = System.nanoTime();
    chapter.run();
    screen.proven(proof, Duration.ofNanos(System.nanoTime() - start));
  }

  private Example here(Example example, Map<String, String> changes) {
    return example
        .with(
            Map.of(
                "connectwise.site.url", simulator.url(),
                "connectwise.username", simulator.username(),
                "connectwise.password", simulator.password(),
                "connectwise.client.id", simulator.clientId()))
        .with(changes);
  }

  private void seed() {
    simulator.seed().tickets(TICKETS);
    if (tickets.size() != TICKETS) {
      throw new SandboxException("The simulator holds " + tickets.size() + " tickets");
    }
  }

  private void create(Example source, Example sink) {
    sandbox.connect().start(source.name(), source.config(), 1);
    sandbox
        .connect()
        .start(sink.name(), sink.config(), Integer.parseInt(sink.config().get("tasks.max")));
  }

  private void arrive(TopicReader arrivals, List<Long> ids) {
    Await.until(
        ids.size() + " tickets in the topic",
        PATIENCE,
        () -> {
          arrivals.poll();
          screen.progress(Math.min(arrivals.records().size(), ids.size()), ids.size(), "tickets");
          return arrivals.records().size() >= ids.size() ? Optional.of(true) : Optional.empty();
        },
        () -> "There are " + arrivals.records().size() + ".");
    List<Long> arrived = arrivals.toEnd().stream().map(Story::id).sorted().toList();
    if (!arrived.equals(ids)) {
      throw new SandboxException(
          "%,d records arrived for %,d tickets, with %,d different ids"
              .formatted(arrived.size(), ids.size(), arrived.stream().distinct().count()));
    }
  }

  private void follow(TopicReader arrivals, long id) {
    String summary = "Changed in ConnectWise: the printer on floor 3 is on fire";
    tickets.update(id, ticket -> ticket.put("summary", summary));
    Await.until(
        "The change of ticket #" + id + " in the topic",
        PATIENCE,
        () ->
            arrivals.poll().stream()
                .anyMatch(record -> id(record) == id && summary.equals(summary(record))));
  }

  private void update(String topic, long id) {
    String summary = "Changed from Kafka: the printer on floor 3 has been put out";
    JsonNode update = JsonNodeFactory.instance.objectNode().put("summary", summary);
    sandbox.topics().send(topic, String.valueOf(id), Optional.of(update.toString()));
    Await.until(
        "The new summary of ticket #" + id + " in ConnectWise",
        PATIENCE,
        () ->
            tickets
                .get(id)
                .filter(ticket -> summary.equals(ticket.tree().path("summary").asText()))
                .isPresent());
  }

  private void delete(String topic, long id) {
    sandbox.topics().send(topic, String.valueOf(id), Optional.empty());
    Await.until(
        "Deletion of ticket #" + id + " in ConnectWise", PATIENCE, () -> tickets.get(id).isEmpty());
  }

  private static long id(TopicRecord record) {
    return record.key().map(JsonNode::asLong).orElse(-1L);
  }

  private static String summary(TopicRecord record) {
    return record.value().map(value -> value.path("summary").asText()).orElse("");
  }
}
