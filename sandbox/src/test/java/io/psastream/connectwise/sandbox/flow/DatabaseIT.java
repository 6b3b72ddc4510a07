package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The recipe of docs/recipes.md that syncs tickets to a database, as it stands there: with Kafka's
 * Flatten, Debezium's JDBC sink and a PostgreSQL.
 */
@ExtendWith(SandboxExtension.class)
final class DatabaseIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Sandbox sandbox;

  DatabaseIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void rowsFollowTheTicketsThroughSnapshotChangesAndDeletions() throws IOException {
    Optional<Postgres.Programs> programs = Postgres.Programs.find();
    assumeTrue(
        programs.isPresent(),
        "There is no PostgreSQL here that can be run (Debian: apt install postgresql)");
    try (Postgres database = Postgres.start(programs.get());
        Tenant tenant = Tenant.start("table", 20)) {
      Example source = recipe("tickets-for-database").with(tenant.connection()).with(QUICKLY);
      Example sink = recipe("tickets-to-database").with(connection(database));
      sandbox.connect().start(source.name(), source.config(), 1);
      sandbox.connect().start(sink.name(), sink.config(), 1);
      awaitEqual(database, tenant);

      List<Long> ids = tenant.tickets().ids();
      tenant.tickets().update(ids.get(0), ticket -> ticket.put("summary", "changed"));
      tenant.tickets().update(ids.get(1), ticket -> ticket.putObject("priority"));
      tenant.tickets().delete(ids.get(2));
      awaitEqual(database, tenant);

      tenant.simulator().seed().at(Instant.now()).tickets(1);
      awaitEqual(database, tenant);
      assertThat(rows(database)).hasSize(20);
      sandbox.connect().delete(source.name());
      sandbox.connect().delete(sink.name());
    }
  }

  /** What a test need not wait for. */
  private static final Map<String, String> QUICKLY =
      Map.of("schedule.interval.ms", "500", "deletes.schedule.interval.ms", "500");

  private static Example recipe(String name) throws IOException {
    return Examples.printed("docs/recipes.md").stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> connection(Postgres database) {
    return Map.of(
        "connection.url",
        database.url(),
        "connection.username",
        Postgres.NAME,
        "connection.password",
        "none");
  }

  private void awaitEqual(Postgres database, Tenant tenant) {
    JsonNode expected = expected(tenant);
    Await.until(
        "A row for each ticket as it is",
        PATIENCE,
        () -> rows(database).equals(expected) ? Optional.of(true) : Optional.empty(),
        () ->
            "There are %s instead of %s; %s"
                .formatted(rows(database), expected, sandbox.connect().failures()));
  }

  /** The table in the order of ids; nothing before the sink has made it. */
  private static JsonNode rows(Postgres database) {
    return database
        .select("json_agg(t ORDER BY id) FROM tickets t")
        .map(DatabaseIT::parsed)
        .orElseGet(JSON::createArrayNode);
  }

  /** PostgreSQL makes small letters of names that nobody quotes, and its times have no zone. */
  private static JsonNode expected(Tenant tenant) {
    ArrayNode rows = JSON.createArrayNode();
    for (StoredItem item : tenant.tickets().items()) {
      JsonNode ticket = parsed(item.json());
      rows.addObject()
          .<ObjectNode>set("id", ticket.get("id"))
          .<ObjectNode>set("summary", ticket.get("summary"))
          .<ObjectNode>set("board_name", ticket.at("/board/name"))
          .<ObjectNode>set("status_name", ticket.at("/status/name"))
          .<ObjectNode>set("company_id", ticket.at("/company/id"))
          .<ObjectNode>set("company_name", ticket.at("/company/name"))
          .<ObjectNode>set("priority_name", ticket.at("/priority/name"))
          .put("requireddate", ticket.get("requiredDate").asText().replace("Z", ""))
          .set("closedflag", ticket.get("closedFlag"));
    }
    return parsed(rows.toString());
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
