package io.psastream.connectwise.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SimulatorExtension.class)
class RegistrationsTest {

  private static final String MARK = "connectwise-callbacks default";
  private static final String URL = "https://example.com/hooks?recordId=";
  private static final Entry TICKETS = new Entry("ticket", "owner", 1, URL);
  private static final Entry TIMES = new Entry("time", "owner", 1, URL);

  private final Simulator simulator;
  private final ItemCollection entries;
  private ConnectWiseClient client;
  private Registrations registrations;

  RegistrationsTest(Simulator simulator) {
    this.simulator = simulator;
    this.entries = simulator.store().collection("/system/callbacks");
  }

  @BeforeEach
  void open() {
    simulator.faults().clear();
    entries.deleteAll();
    client = Site.client(simulator);
    registrations = new Registrations(client, Catalog.load(), MARK);
  }

  @AfterEach
  void close() {
    client.close();
  }

  /** Whatever is there before: ours become what is wanted, others stay, and twice is once. */
  @Test
  void reconcilingLeadsToWhatIsWantedFromAnywhereAndTouchesNoOthers() {
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      entries.deleteAll();
      List<String> others = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        ObjectNode entry = random(random);
        StoredItem stored = entries.put(entry);
        if (!entry.path("description").asText().equals(MARK)) {
          others.add(stored.json());
        }
      }

      registrations.reconcile(List.of(TICKETS, TIMES), true);

      assertThat(registrations.own())
          .as("seed %d", seed)
          .allMatch(Registrations.Registered::active)
          .extracting(Registrations.Registered::entry)
          .containsExactlyInAnyOrder(TICKETS, TIMES);
      assertThat(entries.items()).extracting(StoredItem::json).containsAll(others);
      assertThat(registrations.reconcile(List.of(TICKETS, TIMES), true)).isEmpty();
    }
  }

  /** Of ours or of others, but none that ConnectWise would take for one that is wanted. */
  private static ObjectNode random(Random random) {
    boolean ours = random.nextInt(3) > 0;
    String[] marks = {"", "connectwise-callbacks other", "Connectwise-callbacks default "};
    String[] urls = {URL, "https://example.com/old?recordId="};
    return JsonNodeFactory.instance
        .objectNode()
        .put("description", ours ? MARK : marks[random.nextInt(3)])
        .put("url", ours ? urls[random.nextInt(2)] : "https://example.org/?recordId=")
        .put("objectId", random.nextInt(2))
        .put("type", random.nextBoolean() ? "Ticket" : "company")
        .put("level", "owner")
        .put("inactiveFlag", random.nextBoolean());
  }

  /** It may be that of another installation with the same name. */
  @Test
  void onlyWhoeverRegistersByHandRemovesEntriesToAnotherAddress() {
    entries.put(new Entry("ticket", "owner", 1, "https://example.com/old?recordId=").body(MARK));
    entries.put(TIMES.body(MARK));

    assertThat(registrations.reconcile(List.of(TICKETS), false))
        .containsExactly("registered ticket", "removed time");
    assertThat(registrations.reconcile(List.of(TICKETS), true)).containsExactly("removed ticket");
    assertThat(registrations.own()).extracting(each -> each.entry()).containsExactly(TICKETS);
  }

  @Test
  void entriesOnLaterPagesAreFound() {
    for (int i = 0; i < 5; i++) {
      entries.put(TICKETS.body("of others").put("url", "https://example.org/" + i));
    }
    entries.put(TICKETS.body(MARK));
    simulator.faults().add(Fault.of("maxPageSize").with("max", 2).with("mode", "cap"));

    assertThat(registrations.reconcile(List.of(TICKETS), true)).isEmpty();
  }

  @Test
  void whatAnotherProcessRegisteredMeanwhileIsTaken() {
    simulator
        .faults()
        .before(
            Fault.of("hook").on("/system/callbacks").method("POST").times(1),
            request -> entries.put(TICKETS.body(MARK)));

    registrations.reconcile(List.of(TICKETS), false);

    assertThat(entries.size()).isEqualTo(1);
  }

  @Test
  void anEntryOfOthersToOurAddressIsNamedAndStays() {
    entries.put(TICKETS.body("of somebody else"));

    assertThatThrownBy(() -> registrations.reconcile(List.of(TICKETS), false))
        .hasMessageContaining(MARK)
        .hasMessageContaining("callback.name");
    assertThat(entries.size()).isEqualTo(1);
  }

  @Test
  void theCommandsRegisterShowAndRemove() {
    entries.put(TICKETS.body("of somebody else").put("url", "https://example.org/"));
    Map<String, String> environment = new HashMap<>();
    Site.properties(simulator)
        .forEach(
            (key, value) -> environment.put(key.replace('.', '_').toUpperCase(Locale.ROOT), value));
    environment.put("CALLBACK_URL", "https://example.com/hooks");

    assertThat(run(environment, "status")).isEqualTo("1 missing  ticket " + URL);
    assertThat(run(environment, "register")).isEqualTo("0 registered ticket");
    assertThat(run(environment, "register")).isEqualTo("0 all are registered");
    entries.update(entries.ids().get(1), entry -> entry.put("inactiveFlag", true));
    assertThat(run(environment, "status")).isEqualTo("1 inactive ticket " + URL);
    assertThat(run(environment, "register")).isEqualTo("0 made active again ticket");
    assertThat(run(environment, "status")).isEqualTo("0 active   ticket " + URL);
    assertThat(run(environment, "remove")).isEqualTo("0 removed ticket");
    assertThat(entries.size()).isEqualTo(1);
    environment.put("CONNECTWISE_PASSWORD", "wrong-password-of-the-test");
    assertThat(run(environment, "register")).startsWith("1 ").doesNotContain("wrong-password");
  }

  private static String run(Map<String, String> environment, String command) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text, true);
    int code = CallbacksCommand.run(environment, out, out, command);
    return code + " " + text.toString().strip();
  }
}
