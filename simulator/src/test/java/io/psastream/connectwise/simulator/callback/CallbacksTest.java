package io.psastream.connectwise.simulator.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.psastream.connectwise.simulator.Caller;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallbacksTest {

  private final Simulator simulator = Simulator.start();
  private final ItemCollection tickets = simulator.store().collection("/service/tickets");
  private final ItemCollection entries = simulator.store().collection("/system/callbacks");
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private volatile int status = 200;
  private HttpServer server;

  private record Received(String query, String signature, String text) {
    JsonNode body() {
      try {
        return Json.MAPPER.readTree(text);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String text = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          String signature = exchange.getRequestHeaders().getFirst("x-content-signature");
          int answer = status;
          received.add(new Received(exchange.getRequestURI().getQuery(), signature, text));
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
    entries.put(
        Json.object()
            .put("url", "http://127.0.0.1:" + server.getAddress().getPort() + "/?recordId=")
            .put("type", "ticket")
            .put("level", "owner")
            .put("objectId", 1));
    simulator.callbacks().deliver(new Delivery(0, 0, 0, Duration.ZERO, Duration.ofMillis(1)));
  }

  @AfterEach
  void close() {
    simulator.close();
    server.stop(0);
  }

  private Received next() throws InterruptedException {
    Received next = received.poll(20, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  @Test
  void changesAreToldAsConnectWiseDoes() throws Exception {
    long id = tickets.put(Json.object().put("summary", "new")).id();
    Received added = next();
    tickets.update(id, ticket -> ticket.put("summary", "other"));
    Received updated = next();
    tickets.delete(id);
    Received deleted = next();

    assertThat(added.query()).isEqualTo("recordId=" + id + "&action=added");
    assertThat(List.of(added, updated, deleted))
        .extracting(each -> each.body().path("Action").asText())
        .containsExactly("added", "updated", "deleted");
    assertThat(updated.body().path("ID").asLong()).isEqualTo(id);
    assertThat(Json.MAPPER.readTree(updated.body().path("Entity").textValue()).path("summary"))
        .hasToString("\"other\"");
    assertThat(deleted.body().path("Entity").isNull()).isTrue();
    assertThat(deleted.signature())
        .isEqualTo(simulator.callbacks().signature(deleted.text().getBytes(UTF_8)));
  }

  @Test
  void theKeyIsToldToWhoHasCredentials() {
    Caller caller = new Caller(simulator);
    URI url = URI.create(simulator.callbacks().keyUrl());

    assertThat(caller.send(caller.request("").uri(url).GET()).body()).contains("signing_key");
    assertThat(caller.send(HttpRequest.newBuilder(url).GET()).statusCode()).isEqualTo(401);
  }

  @Test
  void onlySomeAnswersAreRepeatedAndThreeDaysOfFailuresDisable() throws Exception {
    status = 429;
    long id = tickets.put(Json.object()).id();
    assertThat(List.of(next(), next(), next())).doesNotContainNull();
    await(() -> simulator.callbacks().isFailing());
    status = 200;
    tickets.update(id, ticket -> {});
    next();
    await(() -> !simulator.callbacks().isFailing());
    status = 503;
    tickets.update(id, ticket -> {});
    next();
    await(() -> simulator.callbacks().isFailing());
    simulator.clock().advance(Duration.ofDays(3));
    tickets.update(id, ticket -> {});
    next();
    awaitInactive();
    tickets.update(id, ticket -> {});

    assertThat(received).isEmpty();
  }

  @Test
  void callbacksAreLostAndDoubledWithoutAChange() throws Exception {
    simulator.callbacks().deliver(new Delivery(30, 30, 30, Duration.ofMillis(50), Duration.ZERO));
    simulator.seed().tickets(200);
    simulator.callbacks().deliver(Delivery.USUAL);
    List<Long> ids = new ArrayList<>();
    long last = tickets.put(Json.object()).id();
    for (long id = 0; id != last || ids.size() < 100; ) {
      id = next().body().path("ID").asLong();
      ids.add(id);
    }

    assertThat(tickets.size()).isEqualTo(201);
    assertThat(ids).hasSizeGreaterThan(ids.stream().distinct().toList().size());
    assertThat(ids.stream().distinct().count()).isLessThan(201);
  }

  private void awaitInactive() {
    await(() -> entries.items().iterator().next().tree().path("inactiveFlag").asBoolean());
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
