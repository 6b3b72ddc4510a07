package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.simulator.fault.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The notes of tickets, as the example reads them, with exactly-once on. */
@ExtendWith(SandboxExtension.class)
final class ChildrenIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int TICKETS = 300;
  private static final int NOTES_EACH = 2;

  private final Sandbox sandbox;

  ChildrenIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void notesArriveWithTheirTicketsOnceThoughTheWorkerIsKilledAndAgainWhenTheTicketChanges()
      throws IOException {
    try (Tenant tenant = Tenant.start("children", TICKETS)) {
      tenant.slow(50);
      tenant.tickets().ids().forEach(ticket -> addNotes(tenant, ticket, NOTES_EACH));
      sandbox.topics().create(tenant.topic(), 1);
      sandbox.topics().create(notesTopic(tenant), 1);
      sandbox.forkWorker(Map.of("producer.transaction.timeout.ms", "4000"));
      sandbox.connect().start(tenant.name(), config(tenant), 1);
      try (TopicReader notes = sandbox.topics().reader(notesTopic(tenant))) {
        notes.awaitCount(100, PATIENCE);
        sandbox.killWorker();
        sandbox.startWorker();
        notes.awaitCount(TICKETS * NOTES_EACH, PATIENCE);
        List<String> expected = keys(tenant, tenant.tickets().ids());
        assertThat(keys(notes.toEnd())).containsExactlyInAnyOrderElementsOf(expected);

        long changed = tenant.tickets().ids().get(3);
        addNotes(tenant, changed, 1);
        tenant.tickets().update(changed, ticket -> ticket.put("summary", "has a new note"));
        notes.awaitCount(TICKETS * NOTES_EACH + NOTES_EACH + 1, PATIENCE);

        assertThat(keys(notes.toEnd().subList(TICKETS * NOTES_EACH, notes.records().size())))
            .containsExactlyInAnyOrderElementsOf(keys(tenant, List.of(changed)));
        assertTicketsArrivedOnce(tenant, changed);
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  @Test
  void childrenThatCannotBeReadOrDoNotExistKeepNothingElseFromArriving() {
    int tickets = 20;
    try (Tenant tenant = Tenant.start("odd-children", tickets)) {
      tenant.simulator().seed().contacts(tickets).companies(5);
      List<Long> all = List.copyOf(tenant.tickets().ids());
      all.forEach(ticket -> addNotes(tenant, ticket, NOTES_EACH));
      all.stream()
          .filter(ticket -> ticket % 2 == 0)
          .forEach(
              ticket ->
                  tenant
                      .tickets()
                      .silentChange(ticket, it -> it.putObject("contact").put("id", ticket)));
      long forbidden = all.get(3);
      long broken = all.get(7);
      tenant.simulator().faults().add(Fault.of("forbid").on(notesPath(forbidden)));
      tenant.simulator().faults().add(Fault.of("flaky500").on(notesPath(broken)));
      List<Long> readable =
          all.stream().filter(ticket -> ticket != forbidden && ticket != broken).toList();

      List.of(tenant.topic(), notesTopic(tenant), contactsTopic(tenant), companiesTopic(tenant))
          .forEach(topic -> sandbox.topics().create(topic, 1));
      sandbox.connect().start(tenant.name(), withContactsAndCompanies(tenant), 1);
      try (TopicReader notes = sandbox.topics().reader(notesTopic(tenant));
          TopicReader contacts = sandbox.topics().reader(contactsTopic(tenant));
          TopicReader companies = sandbox.topics().reader(companiesTopic(tenant))) {
        notes.awaitCount(readable.size() * NOTES_EACH, PATIENCE);
        contacts.awaitCount(tickets / 2, PATIENCE);
        companies.awaitCount(5, PATIENCE);
        long last = all.get(tickets - 1);
        tenant.tickets().update(last, ticket -> ticket.put("summary", "changed"));
        notes.awaitCount((readable.size() + 1) * NOTES_EACH, PATIENCE);

        readable = new ArrayList<>(readable);
        readable.add(last);
        assertThat(keys(notes.toEnd())).containsExactlyInAnyOrderElementsOf(keys(tenant, readable));
        assertTicketsArrivedOnce(tenant, last);
        sandbox.connect().requireHealthy(tenant.name());
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  private static Map<String, String> withContactsAndCompanies(Tenant tenant) {
    Map<String, String> config = new HashMap<>(config(tenant));
    config.put("queries", "tickets, notes, contacts, companies");
    config.put("query.contacts.operation.id", "getCompanyContactsById");
    config.put("query.contacts.parent", "tickets");
    config.put("query.contacts.options", "{\"id\": \"${parent.contact/id}\"}");
    config.put("query.contacts.topic", contactsTopic(tenant));
    config.put("query.companies.operation.id", "getCompanyCompanies");
    config.put("query.companies.topic", companiesTopic(tenant));
    return config;
  }

  private void assertTicketsArrivedOnce(Tenant tenant, long andAgain) {
    List<Long> expected = new ArrayList<>(tenant.tickets().ids());
    expected.add(andAgain);
    assertThat(sandbox.topics().read(tenant.topic()))
        .extracting(record -> record.key().orElseThrow().asLong())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private static Map<String, String> config(Tenant tenant) {
    return tenant
        .example("tickets-and-notes-source.json")
        .without(
            "query.tickets.start.at",
            "query.tickets.deletes.detect",
            "query.tickets.deletes.schedule.cron")
        .with(
            Map.of(
                "query.tickets.topic",
                tenant.topic(),
                "query.notes.topic",
                notesTopic(tenant),
                "heartbeat.topic",
                tenant.name() + ".heartbeats",
                "schedule.interval.ms",
                "500",
                "page.size",
                "100"))
        .config();
  }

  private static String notesTopic(Tenant tenant) {
    return tenant.name() + ".notes";
  }

  private static String contactsTopic(Tenant tenant) {
    return tenant.name() + ".contacts";
  }

  private static String companiesTopic(Tenant tenant) {
    return tenant.name() + ".companies";
  }

  private static void addNotes(Tenant tenant, long ticket, int count) {
    for (int i = 0; i < count; i++) {
      tenant
          .simulator()
          .store()
          .collection(notesPath(ticket))
          .put(JsonNodeFactory.instance.objectNode().put("ticketId", ticket).put("text", "n" + i));
    }
  }

  private static String notesPath(long ticket) {
    return Tenant.TICKETS + "/" + ticket + "/notes";
  }

  /** Ids of notes are the double's own for each ticket, so a key needs the ticket's too. */
  private static List<String> keys(Tenant tenant, List<Long> tickets) {
    List<String> keys = new ArrayList<>();
    for (long ticket : tickets) {
      tenant
          .simulator()
          .store()
          .collection(notesPath(ticket))
          .ids()
          .forEach(note -> keys.add(ticket + "/" + note));
    }
    return keys;
  }

  private static List<String> keys(List<TopicRecord> notes) {
    return notes.stream()
        .map(note -> note.key().orElseThrow())
        .map((JsonNode key) -> key.path("parentId").asText() + "/" + key.path("id").asText())
        .toList();
  }
}
