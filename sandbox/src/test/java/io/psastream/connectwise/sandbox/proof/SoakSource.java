package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.flow.Tenant;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A source of two tasks, one for tickets and one for project tickets, with sweeps and full
 * refreshes; and its topics, held against the double.
 */
final class SoakSource implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String PROJECT_TICKETS = "/project/tickets";
  private static final int TICKETS = 800;

  private final Sandbox sandbox;
  private final Tenant tenant;
  private final boolean typed;
  private final Map<String, ItemCollection> lists = new LinkedHashMap<>();
  private final Map<String, Ledger> ledgers = new LinkedHashMap<>();
  private final List<TopicReader> readers = new ArrayList<>();
  private final List<Churn> churns = new ArrayList<>();

  /**
   * @param typed whether the values are structs, and else the text of the items
   */
  SoakSource(Sandbox sandbox, String name, boolean typed) {
    this.sandbox = sandbox;
    this.tenant = Tenant.start(name, 0);
    this.typed = typed;
    tenant.simulator().seed().bytes(1_000).tickets(TICKETS).projectTickets(TICKETS);
    lists.put(tenant.topic(), tenant.tickets());
    lists.put(projects(), tenant.simulator().store().collection(PROJECT_TICKETS));
    sandbox.topics().create(tenant.name() + ".heartbeats", 1);
    lists.forEach(
        (topic, list) -> {
          sandbox.topics().create(topic, 1);
          TopicReader reader = sandbox.topics().reader(topic);
          readers.add(reader);
          Copy.Part part = typed ? Copy.Part.SUMMARY : Copy.Part.WHOLE;
          ledgers.put(topic, new Ledger(reader, list, part));
        });
  }

  private String projects() {
    return tenant.name() + ".projects";
  }

  Tenant tenant() {
    return tenant;
  }

  Map<String, String> config() {
    Map<String, String> config =
        new HashMap<>(tenant.source().without("operation.id", "options", "topic").config());
    config.put("queries", "tickets,projects");
    config.put("query.tickets.operation.id", "getServiceTickets");
    config.put("query.tickets.topic", tenant.topic());
    config.put("query.projects.operation.id", "getProjectTickets");
    config.put("query.projects.topic", projects());
    config.put("tasks.max", "2");
    config.put("overlap.ms", "30000");
    config.put("deletes.detect", "sweep");
    config.put("deletes.schedule.interval.ms", "4000");
    config.put("full.refresh.schedule.interval.ms", "7000");
    config.put("full.refresh.emit", "changed");
    config.put("heartbeat.topic", tenant.name() + ".heartbeats");
    config.put("producer.override.transaction.timeout.ms", "6000");
    config.put("schema.mode", typed ? "typed" : "json");
    if (!typed) {
      config.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
      config.remove("value.converter.schemas.enable");
    }
    return config;
  }

  /** Changes the items until {@link #settle}. */
  void churn(Random random) {
    lists.values().forEach(list -> churns.add(Churn.wild(list, new Random(random.nextLong()))));
  }

  /** Ends the changes, and waits until the newest of everything has arrived. */
  void settle() {
    endChurn();
    ledgers.forEach(
        (topic, ledger) ->
            Await.until(
                "The newest version of everything in " + topic,
                PATIENCE,
                () -> {
                  ledger.read();
                  boolean all =
                      ledger.newestMissing().isEmpty() && ledger.tombstonesMissing().isEmpty();
                  return all ? Optional.of(true) : Optional.empty();
                },
                () ->
                    ledger.newestMissing().stream().limit(5).toList()
                        + " and tombstones "
                        + ledger.tombstonesMissing()
                        + " missing, "
                        + sandbox.connect().status(tenant.name())));
  }

  private void endChurn() {
    churns.forEach(Churn::close);
    churns.clear();
  }

  /** What is not as it must be, once everything has settled. */
  Map<String, Collection<?>> wrong() {
    Map<String, Collection<?>> wrong = new LinkedHashMap<>();
    ledgers.forEach(
        (topic, ledger) -> {
          ledger.readToEnd();
          wrong.put(topic + ": lost", ledger.newestMissing());
          wrong.put(topic + ": twice", ledger.twice());
          wrong.put(topic + ": never existed", ledger.invented());
          wrong.put(topic + ": overtaken", ledger.late());
          wrong.put(topic + ": tombstones missing", ledger.tombstonesMissing());
          wrong.put(topic + ": tombstones of what is there", ledger.falseTombstones());
          wrong.put(topic + ": tombstones twice", ledger.tombstonesTwice());
          wrong.put(topic + ": after the tombstone", ledger.afterTombstone());
        });
    return wrong;
  }

  /** One line for each topic. */
  String report() {
    StringBuilder report = new StringBuilder();
    ledgers.forEach(
        (topic, ledger) ->
            report.append(
                "%s: %d versions, %d records, %d tombstones%n"
                    .formatted(
                        topic,
                        lists.get(topic).versions().size(),
                        ledger.size(),
                        ledger.tombstones())));
    return report.toString();
  }

  @Override
  public void close() {
    endChurn();
    readers.forEach(TopicReader::close);
    tenant.close();
  }
}
