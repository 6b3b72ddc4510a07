package io.psastream.connectwise.simulator.seed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.simulator.SimulatedClock;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeederTest {

  private static final String TICKETS = "/service/tickets";

  private final SimulatedClock clock = new SimulatedClock();
  private final Store store = new Store(clock);

  private Seeder seeder(Store into) {
    clock.freezeAt(Instant.parse("2026-05-01T12:00:00Z"));
    return new Seeder(into, clock);
  }

  private static List<String> json(Store store) {
    return store.collection(TICKETS).items().stream().map(StoredItem::json).toList();
  }

  @Test
  void theSameSeedMakesTheSameItems() {
    Store other = new Store(clock);
    seeder(store).tickets(20);
    seeder(other).tickets(10).tickets(10);
    List<String> first = json(store).subList(10, 20);
    assertThat(json(other).subList(10, 20)).isEqualTo(first);
    Store third = new Store(clock);
    seeder(third).seed(7).tickets(20);
    assertThat(json(third)).doesNotContainAnyElementsOf(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_200, 2_500, 10_000})
  void ticketsAreAboutAsLargeAsAsked(int bytes) {
    seeder(store).bytes(bytes).tickets(50);
    assertThat(store.collection(TICKETS).items())
        .allSatisfy(item -> assertThat(item.length()).isBetween(bytes * 9 / 10, bytes + 400));
  }

  @Test
  void lastUpdatesLieASecondApartOrWhereAsked() {
    seeder(store).tickets(3);
    assertThat(store.collection(TICKETS).items())
        .extracting(item -> item.updated().orElseThrow().toString())
        .containsExactly("2026-05-01T11:54:58Z", "2026-05-01T11:54:59Z", "2026-05-01T11:55:00Z");
    Instant same = Instant.parse("2020-01-01T00:00:00Z");
    seeder(store).at(same).companies(4);
    assertThat(store.collection("/company/companies").items())
        .allSatisfy(item -> assertThat(item.updated()).hasValue(same));
  }

  @Test
  void dirtyTicketsHaveWhatTripsUpReaders() {
    seeder(store).dirtyTickets(2);
    JsonNode ticket = store.collection(TICKETS).get(2).orElseThrow().tree();
    assertThat(ticket.path("summary").asText()).contains("\u0000");
    assertThat(ticket.path("owner").isNull()).isTrue();
    assertThat(ticket.path("requiredDate").asText()).startsWith("0001-");
    assertThat(ticket.path("customFields").findValues("value")).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "members",
        "boards",
        "companies",
        "contacts",
        "configurations",
        "documents",
        "timeEntries"
      })
  void everyKindCanBeMade(String kind) {
    seeder(store).fill(kind, 3);
    assertThat(Seeder.KINDS).contains(kind);
    assertThat(store.paths()).hasSize(1);
    assertThat(store.collection(store.paths().iterator().next()).size()).isEqualTo(3);
  }

  @Test
  void notesAndFilesAreWhereTheirTicketsAndDocumentsLeadTo() {
    seeder(store).notes(2).documents(1);
    assertThat(store.collection(TICKETS + "/1/notes").size()).isEqualTo(1);
    assertThat(store.collection(TICKETS + "/2/notes").size()).isEqualTo(1);
    assertThat(store.file("/system/documents/1/download").orElseThrow().content()).isNotEmpty();
  }
}
