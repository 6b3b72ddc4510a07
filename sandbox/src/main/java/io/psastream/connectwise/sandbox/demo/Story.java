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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The story: tickets arrive in Kafka, a change and a deletion follow, one is sent again when a
 * signal asks for it, an update from a topic changes a ticket and a tombstone deletes one. The
 * connectors are those of the examples, under names and with topics of their own, so that the
 * examples can be started beside them. Each chapter waits, for a bounded time, until it has come
 * true; the first that does not ends the story with an exception.
 */
final class Story {
  static final String SOURCE = "demo-tickets-source";
  static final String TICKETS_TOPIC = "demo.tickets";
  static final String UPDATES_TOPIC = "demo.ticket.updates";
  static final String SIGNAL_TOPIC = "demo.signals";

  private static final int TICKETS = 5_000;

  /** Few are of these days, because examples read what belongs to each of those. */
  static final int RECENT = 100;

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
        new Example(
            SOURCE,
            Example.read(examples.resolve("tickets-source.json"))
                .with(
                    Map.of(
                        "topic", TICKETS_TOPIC,
                        "schedule.interval.ms", "1000",
                        "heartbeat.topic", "demo.heartbeats",
                        "deletes.detect", "sweep",
                        "signal.topic", SIGNAL_TOPIC,
                        "signal.bootstrap.servers", "${env:CONNECTWISE_BOOTSTRAP_SERVERS}"))
                .config());
    Example sink =
        new Example(
            "demo-ticket-updates-sink",
            Example.read(examples.resolve("ticket-updates-sink.json"))
                .with(Map.of("topics", UPDATES_TOPIC))
                .config());
    String topic = TICKETS_TOPIC;
    String updates = UPDATES_TOPIC;
    sandbox.topics().create(topic, 3);
    sandbox.topics().create(updates, 3);
    sandbox.topics().create(SIGNAL_TOPIC, 1);

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
      long removed = ids.get(1);
      screen.chapter(
          "ConnectWise to Kafka: somebody deletes ticket #"
              + removed
              + "; a callback of ConnectWise goes to the topic "
              + SIGNAL_TOPIC);
      chapter("a tombstone for #" + removed + " is in " + topic, () -> bury(arrivals, removed));
      long again = ids.get(2);
      screen.chapter("ConnectWise to Kafka: a signal asks for ticket #" + again + " again");
      chapter("#" + again + " is in " + topic + " again", () -> reread(arrivals, again));
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

  private void seed() {
    Instant longAgo = Instant.now().minus(Duration.ofDays(400));
    simulator.seed().tickets(RECENT);
    simulator.seed().at(longAgo).tickets(TICKETS - RECENT);
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

  /** The body is what ConnectWise posts to a callback. */
  private void bury(TopicReader arrivals, long id) {
    tickets.delete(id);
    signal("{\"Action\":\"deleted\",\"Type\":\"ticket\",\"ID\":" + id + "}");
    Await.until(
        "The tombstone of ticket #" + id + " in the topic",
        PATIENCE,
        () ->
            arrivals.poll().stream()
                .anyMatch(record -> id(record) == id && record.value().isEmpty()));
  }

  private void reread(TopicReader arrivals, long id) {
    signal("{\"type\":\"reread\",\"ids\":[" + id + "]}");
    Await.until(
        "Ticket #" + id + " in the topic once more",
        PATIENCE,
        () ->
            arrivals.poll().stream()
                .anyMatch(
                    record ->
                        id(record) == id && record.headers().containsKey("connectwise.refresh")));
  }

  private void signal(String value) {
    sandbox.topics().send(SIGNAL_TOPIC, SOURCE, Optional.of(value));
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
