package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.sandbox.flow.Tenant;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A sink of tickets and its records, which count up: record {@code n} is state {@code n} of the
 * ticket whose key is {@code n} modulo the number of keys. The key of the record is that number
 * alone, which is JSON and text.
 */
final class CountingSink implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Sandbox sandbox;
  private final Tenant tenant;
  private final int keys;
  private final boolean typed;
  private int sent;

  /**
   * @param typed whether the values carry their schema
   */
  CountingSink(Sandbox sandbox, String name, int keys, boolean typed) {
    this.sandbox = sandbox;
    this.tenant = Tenant.start(name, 0);
    this.keys = keys;
    this.typed = typed;
    sandbox.topics().create(tenant.topic(), 4);
    sandbox.topics().create(deadLetters(), 1);
  }

  Tenant tenant() {
    return tenant;
  }

  /** Writes so many records more; those of one key are in one partition. */
  void send(int more) {
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    for (int end = sent + more; sent < end; sent++) {
      String key = Integer.toString(sent % keys);
      String value =
          "{\"summary\":\"state %d\",\"company\":{\"id\":1},\"externalXRef\":\"key-%s\"}"
              .formatted(sent, key);
      records.add(new ProducerRecord<>(tenant.topic(), key, typed ? withSchema(value) : value));
    }
    sandbox.topics().send(records);
  }

  private static String withSchema(String payload) {
    return """
    {"schema":{"type":"struct","fields":[
      {"field":"summary","type":"string"},
      {"field":"company","type":"struct","fields":[{"field":"id","type":"int32"}]},
      {"field":"externalXRef","type":"string"}]},"payload":%s}\
    """
        .formatted(payload);
  }

  /** Waits until the offset of every record is committed. */
  void awaitSettled() {
    Await.until(
        "Every offset of " + tenant.name() + " committed",
        PATIENCE,
        () -> settled() == sent ? Optional.of(true) : Optional.empty(),
        () -> settled() + " of " + sent + ", " + sandbox.connect().status(tenant.name()));
  }

  private long settled() {
    try {
      return sandbox
          .topics()
          .admin()
          .listConsumerGroupOffsets("connect-" + tenant.name())
          .partitionsToOffsetAndMetadata()
          .get(30, TimeUnit.SECONDS)
          .values()
          .stream()
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    } catch (ExecutionException | TimeoutException e) {
      throw new SandboxException("The committed offsets are not known", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Interrupted", e);
    }
  }

  /** The state of the ticket of each key; of all of them where there are several. */
  Map<String, String> states() {
    return tenant.tickets().items().stream()
        .map(StoredItem::tree)
        .collect(
            Collectors.toMap(
                ticket -> ticket.path("externalXRef").asText(),
                ticket -> ticket.path("summary").asText(),
                (one, other) -> one + " and " + other,
                TreeMap::new));
  }

  /** The last record of each key. */
  Map<String, String> expected() {
    Map<String, String> states = new TreeMap<>();
    for (int state = Math.max(0, sent - keys); state < sent; state++) {
      states.put("key-" + state % keys, "state " + state);
    }
    return states;
  }

  /** What is not as it must be once everything is settled, where a look-up finds each ticket. */
  Map<String, Collection<?>> wrong() {
    WriteLog log = log();
    Map<String, String> wrongStates = states();
    expected().forEach(wrongStates::remove);
    return Map.of(
        "created twice with a look-up", log.createdTwice(),
        "out of order", log.outOfOrder(),
        "in a wrong state, or not from a record", wrongStates.entrySet(),
        "without a ticket", difference(expected().keySet(), states().keySet()),
        "rejected", keys(rejected()));
  }

  /** The same where each record creates a ticket, or is reported. */
  Map<String, Collection<?>> wrong(String results) {
    Set<String> told = keys(sandbox.topics().read(results));
    Set<String> untold = difference(expected().keySet(), told);
    untold.removeAll(keys(rejected()));
    return Map.of(
        "created twice with a ledger", log().createdTwice(),
        "neither told nor reported", untold,
        "told and not created", difference(told, states().keySet()));
  }

  private WriteLog log() {
    WriteLog log = new WriteLog(keys);
    log.addAll(tenant.tickets());
    return log;
  }

  private static Set<String> difference(Set<String> all, Set<String> some) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  private static Set<String> keys(List<TopicRecord> records) {
    return records.stream()
        .map(record -> "key-" + record.key().orElseThrow().asText())
        .collect(Collectors.toSet());
  }

  /** One line. */
  String report() {
    return "%s: %d records, %d tickets, %d writes, %d reported%n"
        .formatted(tenant.name(), sent, tenant.tickets().size(), log().size(), rejected().size());
  }

  /** What went to the dead letter topic. */
  List<TopicRecord> rejected() {
    return sandbox.topics().read(deadLetters());
  }

  private String deadLetters() {
    return tenant.name() + ".dead";
  }

  @Override
  public void close() {
    tenant.close();
  }
}
