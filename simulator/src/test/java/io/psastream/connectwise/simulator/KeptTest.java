package io.psastream.connectwise.simulator;

import static io.psastream.connectwise.simulator.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.recent.Recent;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Store;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** However much is written, what is kept of it has a bound. */
class KeptTest {

  private static final int MOST = 20;

  @Test
  void nothingGrowsWithWhatIsDone() throws IllegalAccessException {
    try (Simulator simulator = Simulator.start(SimulatorSettings.defaults(), MOST, MOST)) {
      Caller caller = new Caller(simulator);
      simulator.faults().add(Fault.of("listLag").with("ms", 1).on("/service/tickets"));
      simulator.seed().tickets(1);
      days(simulator, caller, 2 * MOST);
      int kept = entries(simulator);
      days(simulator, caller, 3 * MOST);
      assertThat(entries(simulator)).isCloseTo(kept, offset(MOST)); // connections, lags
    }
  }

  /** Each leaves as many items as it found. */
  private static void days(Simulator simulator, Caller caller, int count) {
    for (int day = 0; day < count; day++) {
      long id =
          json(caller.send(
                  "POST", "/service/tickets", "{\"summary\":\"Down\",\"company\":{\"id\":2}}"))
              .path("id")
              .asLong();
      String ticket = "/service/tickets/" + id;
      assertThat(caller.send("POST", ticket + "/notes", "{\"text\":\"" + day + "\"}").statusCode())
          .isEqualTo(201);
      for (String each : List.of(ticket, "/service/tickets/1")) {
        String patch = "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"" + day + "\"}]";
        assertThat(caller.send("PATCH", each, patch).statusCode()).isEqualTo(200);
      }
      assertThat(caller.get(ticket + "/notes?pageSize=" + (day + 1)).statusCode()).isEqualTo(200);
      assertThat(caller.get("/company/companies/" + id + "/notes").statusCode()).isLessThan(500);
      assertThat(deleted(caller, ticket)).isEqualTo(204);
      assertThat(deleted(caller, "/system/documents/" + uploaded(caller))).isEqualTo(204);
      simulator.store().reading("/nothing/" + id);
      for (int i = 0; i < 200 / MOST; i++) {
        simulator.arrivals().add("topic", Optional.empty(), Optional.empty());
      }
    }
  }

  private static int deleted(Caller caller, String path) {
    return caller.send(caller.request(path).DELETE()).statusCode();
  }

  private static long uploaded(Caller caller) {
    String body =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx\r\n--b--";
    HttpRequest.Builder upload =
        caller
            .request("/system/documents")
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(BodyPublishers.ofString(body));
    return json(caller.send(upload)).path("id").asLong();
  }

  /** How many entries all lists and maps hold that the simulator's objects lead to. */
  private static int entries(Object root) throws IllegalAccessException {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>(List.of(root));
    int entries = 0;
    while (!open.isEmpty()) {
      Object next = open.pop();
      if (!seen.add(next)) {
        continue;
      }
      List<Object> inside = inside(next);
      entries += next instanceof Collection || next instanceof Map ? inside.size() : 0;
      inside.stream().filter(each -> each != null).forEach(open::add);
    }
    return entries;
  }

  private static List<Object> inside(Object object) throws IllegalAccessException {
    if (object instanceof JsonNode) {
      return List.of();
    }
    if (object instanceof Map<?, ?> map) {
      return new ArrayList<>(map.values());
    }
    if (object instanceof Collection<?> collection) {
      return new ArrayList<>(collection);
    }
    if (object instanceof Optional<?> optional) {
      return optional.<List<Object>>map(List::of).orElse(List.of());
    }
    return object.getClass().getName().startsWith("io.psastream.") ? fields(object) : List.of();
  }

  private static List<Object> fields(Object object) throws IllegalAccessException {
    List<Object> values = new ArrayList<>();
    for (Field field : object.getClass().getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
        field.setAccessible(true);
        values.add(field.get(object));
      }
    }
    return values;
  }

  @Test
  void theNewestAreKeptAsManyAsNumberAndBytesAllow() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      int most = 1 + random.nextInt(20);
      int mostBytes = random.nextInt(100);
      int count = random.nextInt(60);
      Recent<Integer> recent = new Recent<>(most, mostBytes, each -> each);
      List<Integer> all = random.ints(count, 0, 30).boxed().toList();
      all.forEach(recent::add);

      List<Integer> kept = recent.list();
      int bytes = kept.stream().mapToInt(each -> each).sum();
      assertThat(kept)
          .isEqualTo(all.subList(count - kept.size(), count))
          .hasSizeLessThanOrEqualTo(most);
      assertThat(kept.size() <= 1 || bytes <= mostBytes).isTrue();
      assertThat(recent.leftOut()).isEqualTo(count - kept.size());
      if (kept.size() < Math.min(most, count)) {
        assertThat(bytes + all.get(count - kept.size() - 1)).isGreaterThan(mostBytes);
      }
    }
  }

  @Test
  void whatIsShownSaysHowMuchOfItIsLeftOut() {
    try (Simulator simulator = Simulator.start(SimulatorSettings.defaults(), MOST, MOST)) {
      Caller caller = new Caller(simulator);
      ItemCollection tickets = simulator.store().collection("/service/tickets");
      tickets.put(Json.object().put("summary", "0"));
      for (int i = 1; i < 3 * MOST; i++) {
        tickets.update(1, ticket -> ticket.put("summary", "1"));
        caller.get("/system/info");
      }
      assertThat(tickets.versions()).hasSize(MOST);
      assertThat(tickets.versionsLeftOut()).isEqualTo(2 * MOST);
      HttpRequest.Builder admin =
          HttpRequest.newBuilder(URI.create(simulator.url() + "/admin/versions/service/tickets"));
      var versions = caller.send(admin);
      assertThat(json(versions)).hasSize(MOST);
      assertThat(json(versions).at("/0/sequence").asInt()).isEqualTo(2 * MOST);
      assertThat(versions.headers().firstValue("Left-Out")).hasValue(String.valueOf(2 * MOST));
      HttpRequest.Builder requests =
          HttpRequest.newBuilder(URI.create(simulator.url() + "/admin/requests?limit=1000"));
      JsonNode log = json(caller.send(requests));
      assertThat(log.path("requests")).hasSize(MOST);
      assertThat(log.path("leftOut").asInt()).isEqualTo(2 * MOST - 1);
    }
  }

  @Test
  void everyVersionIsKeptForATestThatAsks() {
    Store store = new Store(InstantSource.system(), MOST);
    store.keepEveryVersion();
    ItemCollection tickets = store.collection("/service/tickets");
    for (int i = 0; i < 3 * MOST; i++) {
      tickets.put(Json.object().put("id", 1));
    }
    assertThat(tickets.versions()).hasSize(3 * MOST);
    assertThat(tickets.versionsLeftOut()).isZero();
  }
}
