package io.psastream.connectwise.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.callback.Delivery;
import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Responder;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.seed.Seeder;
import io.psastream.connectwise.simulator.store.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What tests in the same process do by method calls, for everybody else: small JSON under {@code
 * /admin}, and a page at the root that shows and edits what is here. {@link AdminAccess} says who
 * may use it.
 */
final class Admin implements Responder {

  private static final String PATH = "/admin/";
  private static final String PAGE = "/";

  private final Simulator simulator;
  private final AdminFaults faults;
  private final AdminItems items;
  private final AdminAccess access;

  Admin(Simulator simulator, Optional<String> token) {
    this.access = new AdminAccess(token);
    this.simulator = simulator;
    this.faults = new AdminFaults(simulator.faults());
    this.items = new AdminItems(simulator.store());
  }

  /** Whether the request of this path is answered here; all others are the API's. */
  static boolean answers(String path) {
    return path.startsWith(PATH) || path.equals(PAGE);
  }

  @Override
  public Response answer(Request request) {
    Optional<Response> refusal = access.refusal(request);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (request.path().equals(PAGE)) {
      return Response.html(200, page()).with("Cache-Control", "no-store");
    }
    String path = request.path().substring(PATH.length());
    String[] parts = path.split("/", 2);
    String rest = parts.length > 1 ? parts[1] : "";
    try {
      return parts[0].equals("versions")
          ? versions("/" + rest)
          : json(answer(request, parts[0], rest));
    } catch (NoSuchElementException missing) {
      return Response.text(404, "Not found: " + missing.getMessage());
    } catch (IllegalArgumentException | DateTimeException | JsonProcessingException wrong) {
      return Response.text(400, String.valueOf(wrong.getMessage()));
    }
  }

  private static String page() {
    try (InputStream page = Admin.class.getResourceAsStream("page.html")) {
      return new String(page.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Response json(JsonNode node) {
    return Response.json(200, Body.of(Json.bytes(node)));
  }

  private JsonNode answer(Request request, String what, String rest)
      throws JsonProcessingException {
    return switch (what) {
      case "health" -> Json.object().put("status", "up");
      case "faults" -> faults.answer(request, rest);
      case "items" -> items.answer(request, "/" + rest);
      case "touch" -> items.touch("/" + rest, body(request));
      case "requests" -> requests(request);
      case "records" ->
          simulator.arrivals().after(Long.parseLong(request.query().getOrDefault("after", "0")));
      case "clock" -> clock(request);
      case "seed" -> seed(body(request));
      case "codebase" -> codebase(body(request));
      case "callbacks" -> callbacks(body(request));
      case "reset" -> reset(request);
      default -> throw new NoSuchElementException(request.path());
    };
  }

  /** The header says what the list, which begins with the oldest that is kept, cannot. */
  private Response versions(String path) {
    long leftOut = simulator.store().reading(path).versionsLeftOut();
    return json(items.versions(path)).with("Left-Out", String.valueOf(leftOut));
  }

  /** The body as an object; no body is an empty one. */
  static JsonNode body(Request request) throws JsonProcessingException {
    return request.text().isBlank() ? Json.object() : Json.MAPPER.readTree(request.text());
  }

  private JsonNode reset(Request request) {
    if (!request.method().equals("POST")) {
      throw new IllegalArgumentException("POST to reset.");
    }
    simulator.reset();
    return Json.object();
  }

  private JsonNode callbacks(JsonNode body) {
    Delivery delivery = simulator.callbacks().delivery();
    delivery =
        new Delivery(
            number(body, "lost", delivery.lost()),
            number(body, "doubled", delivery.doubled()),
            number(body, "late", delivery.late()),
            Duration.ofMillis(number(body, "lateMs", (int) delivery.lateBy().toMillis())),
            delivery.repeatAfter());
    simulator.callbacks().deliver(delivery);
    return Json.object()
        .put("lost", delivery.lost())
        .put("doubled", delivery.doubled())
        .put("late", delivery.late())
        .put("lateMs", delivery.lateBy().toMillis());
  }

  private static int number(JsonNode body, String name, int otherwise) {
    if (body.has(name) && !body.path(name).isInt()) {
      throw new IllegalArgumentException(name + " is a whole number.");
    }
    return body.path(name).asInt(otherwise);
  }

  private JsonNode codebase(JsonNode body) {
    if (body.has("codebase")) {
      simulator.setCodebase(body.path("codebase").asText());
    }
    return Json.object().put("codebase", simulator.codebase());
  }

  private JsonNode requests(Request request) {
    if (request.method().equals("DELETE")) {
      simulator.requests().clear();
    }
    ObjectNode answer =
        Json.object()
            .put("total", simulator.requests().total())
            .put("leftOut", simulator.requests().leftOut());
    List<LoggedRequest> recent = simulator.requests().recent();
    String path = request.query().getOrDefault("path", "");
    int limit = Integer.parseInt(request.query().getOrDefault("limit", "100"));
    List<LoggedRequest> matching =
        recent.stream().filter(each -> path.isEmpty() || each.path().equals(path)).toList();
    answer.put("matching", matching.size());
    var entries = answer.putArray("requests");
    for (LoggedRequest each :
        matching.subList(Math.max(0, matching.size() - limit), matching.size())) {
      ObjectNode entry = entries.addObject().put("at", each.at().toString());
      entry.put("method", each.method()).put("path", each.path()).put("status", each.status());
      entry.put("millis", each.took().toMillis());
      ObjectNode query = entry.putObject("query");
      each.request().query().forEach(query::put);
    }
    return answer;
  }

  private JsonNode clock(Request request) throws JsonProcessingException {
    SimulatedClock clock = simulator.clock();
    JsonNode body = body(request);
    if (body.path("reset").asBoolean()) {
      clock.reset();
    }
    seconds(body, "skewSeconds").ifPresent(clock::skew);
    time(body, "set").ifPresent(clock::set);
    time(body, "freezeAt").ifPresent(clock::freezeAt);
    if (body.path("freeze").asBoolean()) {
      clock.freeze();
    }
    seconds(body, "advanceSeconds").ifPresent(clock::advance);
    if (body.path("resume").asBoolean()) {
      clock.resume();
    }
    return Json.object().put("now", clock.instant().toString());
  }

  private static Optional<Instant> time(JsonNode body, String name) {
    return body.has(name) ? Optional.of(Instant.parse(body.path(name).asText())) : Optional.empty();
  }

  private static Optional<Duration> seconds(JsonNode body, String name) {
    return body.has(name)
        ? Optional.of(Duration.ofSeconds(body.path(name).asLong()))
        : Optional.empty();
  }

  private JsonNode seed(JsonNode body) {
    Seeder seeder = simulator.seed().seed(body.path("seed").asLong(42));
    if (body.has("bytes")) {
      seeder = seeder.bytes(body.path("bytes").asInt());
    }
    if (body.has("lastUpdated")) {
      seeder = seeder.at(Instant.parse(body.path("lastUpdated").asText()));
    }
    for (String kind : Seeder.KINDS) {
      if (body.has(kind)) {
        seeder.fill(kind, body.path(kind).asInt());
      }
    }
    return items.sizes();
  }
}
