package io.psastream.connectwise.sandbox.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.sandbox.flow.Tenant;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.fault.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A source that is talked to by signals, and answers by notifications, while its first worker is
 * killed in the middle of two snapshots: that of the tickets, which keep changing, and that of the
 * companies, which stands still. A third query is forbidden.
 */
final class Dialogue implements AutoCloseable {
  static final String NAME = "talked";

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String COMPANIES = "/company/companies";
  private static final String CONTACTS = "/company/contacts";
  private static final String SIGNALS = NAME + ".signals";

  /** Until the kill, so that the snapshots last until then, and after it. */
  private static final int SLOW_MS = 250;

  private static final int QUICK_MS = 20;

  private final Sandbox sandbox;
  private final Map<String, String> worker;
  private final Random random;
  private final Tenant tenant = Tenant.start(NAME, 2_500);
  private final TopicReader notifications;
  private final Ledger tickets;
  private final Ledger companies;
  private final List<TopicReader> readers;
  private Path log;
  private int heard;

  /**
   * Prepares the double and the topics.
   *
   * @param worker how its first worker differs from the usual one
   */
  Dialogue(Sandbox sandbox, Map<String, String> worker, long seed) {
    this.sandbox = sandbox;
    this.worker = worker;
    this.random = new Random(seed);
    tenant.simulator().seed().companies(2_000);
    faults(SLOW_MS);
    Stream.of(tenant.topic(), COMPANIES, CONTACTS, "heartbeats", SIGNALS, "told")
        .forEach(topic -> sandbox.topics().create(own(topic), 1));
    this.notifications = sandbox.topics().reader(own("told"));
    TopicReader ofTickets = sandbox.topics().reader(tenant.topic());
    TopicReader ofCompanies = sandbox.topics().reader(own(COMPANIES));
    this.readers = List.of(notifications, ofTickets, ofCompanies);
    this.tickets = new Ledger(ofTickets, tenant.tickets(), Copy.Part.WHOLE);
    this.companies =
        new Ledger(ofCompanies, tenant.simulator().store().collection(COMPANIES), Copy.Part.WHOLE);
  }

  private void faults(int latency) {
    tenant.simulator().faults().clear();
    tenant.simulator().faults().add(Fault.of("forbid").on(CONTACTS));
    tenant.simulator().faults().add(Fault.of("latency").with("ms", latency).on(COMPANIES));
    tenant.slow(latency);
  }

  private static String own(String topic) {
    return topic.startsWith(NAME) ? topic : NAME + "." + topic.replaceAll(".*/", "");
  }

  /** Goes through it all, until nothing more is asked for. */
  void hold() throws IOException {
    try (Churn churn = new Churn(tenant.tickets(), new Random(random.nextLong()))) {
      sandbox.forkWorker(worker);
      log = sandbox.forked().orElseThrow().log();
      sandbox.connect().put(NAME, config());
      awaitTold("snapshot.started companies");
      sayUntilTaken("pause", "companies", "pause");
      say("reread", "tickets", "forgotten", ",\"conditions\":\"id > 0\"");
      awaitPauseStored();
      awaitTickets(100 + random.nextInt(400));
      sandbox.killWorker();
      notifications.toEnd();
      if (told().stream().anyMatch(each -> each.startsWith("snapshot.completed"))) {
        throw new AssertionError("A snapshot was over before the kill");
      }
      int refused = requests(CONTACTS);
      faults(QUICK_MS);
      // What the first worker had in flight is logged when it is answered, perhaps only now.
      Instant restart = tenant.simulator().clock().instant();
      sandbox.startWorker();
      Await.until("Signs of life", PATIENCE, () -> requests(CONTACTS) > refused + 1);
      List<Long> ids = tenant.tickets().ids();
      ids.subList(0, 3).forEach(tenant.tickets()::delete);
      sayUntilTaken("sweep", "tickets", "sweep");
      say("reread", "tickets", "again", ",\"conditions\":\"id < " + ids.get(150) + "\"");
      say("reread", "tickets", "nonsense", "");
      awaitTold("signal.done tickets sweep");
      awaitTold("signal.done tickets again");
      heard = requestsSince(restart, COMPANIES);
      say("resume", "companies", "resume", "");
      awaitTold("snapshot.completed companies");
      if (churn.changes() < 100) {
        throw new AssertionError("Only " + churn.changes() + " changes were made");
      }
    }
  }

  /** How many requests there were of the query that was paused, after the kill. */
  int heardWhilePaused() {
    return heard;
  }

  /** What the first worker has logged. */
  Path log() {
    return log;
  }

  /** What has come of tickets and of companies, once nothing is missing. */
  List<Ledger> settle() {
    List<Ledger> both = List.of(tickets, companies);
    both.forEach(
        ledger ->
            Await.until(
                "All that exists, and nothing that does not",
                PATIENCE,
                () -> {
                  ledger.read();
                  return ledger.newestMissing().isEmpty() && ledger.tombstonesMissing().isEmpty();
                }));
    sandbox.connect().requireHealthy(NAME);
    sandbox.connect().delete(NAME);
    both.forEach(Ledger::readToEnd);
    notifications.toEnd();
    return both;
  }

  /** The notifications so far: type, query and signal. */
  List<String> told() {
    return notifications.records().stream()
        .map(TopicRecord::value)
        .map(Optional::orElseThrow)
        .map(
            told ->
                Stream.of("type", "query", "signal")
                    .map(told::path)
                    .map(JsonNode::asText)
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  /** Signals are lost until the topic is read. */
  private void sayUntilTaken(String type, String query, String id) {
    Await.until(
        id + " is taken",
        PATIENCE,
        () -> {
          say(type, query, id, "");
          notifications.poll();
          return told().contains("signal.taken " + query + " " + id);
        });
  }

  private void say(String type, String query, String id, String more) {
    String signal =
        "{\"type\":\"%s\",\"query\":\"%s\",\"id\":\"%s\"%s}".formatted(type, query, id, more);
    sandbox.topics().send(SIGNALS, NAME, Optional.of(signal));
  }

  private void awaitTold(String what) {
    Await.until(
        what,
        PATIENCE,
        () -> {
          notifications.poll();
          return told().contains(what) ? Optional.of(what) : Optional.empty();
        },
        () -> told() + " " + sandbox.connect().status(NAME));
  }

  private void awaitPauseStored() {
    Await.until(
        "The pause in the offset store",
        PATIENCE,
        () ->
            sandbox.connect().offsets(NAME).findValues("paused").stream()
                .anyMatch(JsonNode::asBoolean));
  }

  private void awaitTickets(int count) {
    Await.until(
        count + " tickets",
        PATIENCE,
        () -> {
          tickets.read();
          return tickets.size() >= count;
        });
  }

  private int requests(String path) {
    return requestsSince(Instant.MIN, path);
  }

  private int requestsSince(Instant time, String path) {
    return (int)
        tenant.simulator().requests().recent("GET", path).stream()
            .filter(request -> !request.at().isBefore(time))
            .count();
  }

  private Map<String, String> config() {
    Map<String, String> config =
        new HashMap<>(tenant.source().without("operation.id", "options", "topic").config());
    config.putAll(
        Map.of(
            "queries", "tickets,companies,contacts",
            "query.tickets.operation.id", "getServiceTickets",
            "query.tickets.topic", tenant.topic(),
            "query.tickets.deletes.detect", "sweep",
            "query.companies.operation.id", "getCompanyCompanies",
            "query.companies.topic", own(COMPANIES),
            "query.contacts.operation.id", "getCompanyContacts",
            "query.contacts.topic", own(CONTACTS),
            "page.size", "50",
            "max.in.flight.requests", "1"));
    config.putAll(
        Map.of(
            "heartbeat.topic", own("heartbeats"),
            "notification.topic", own("told"),
            "signal.topic", SIGNALS,
            "signal.bootstrap.servers", sandbox.bootstrapServers(),
            // The next worker waits until the transaction that the kill leaves open is over.
            "producer.override.transaction.timeout.ms", "4000"));
    return config;
  }

  @Override
  public void close() {
    readers.forEach(TopicReader::close);
    sandbox.stopWorker();
    tenant.close();
  }
}
