package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tickets of a site, in a list that shows what was created only later. */
final class GroupSite {

  private static final Pattern REFERENCE = Pattern.compile("externalXRef=\"([^\"]*)\"");

  /** What was created, as {@code reference: summary}, in its order. */
  final List<String> created = new ArrayList<>();

  /** What must not be: a second item of one reference. */
  final List<String> doubles = new ArrayList<>();

  private final AtomicLong now;
  private final long lag;
  private final boolean unique;
  private final Map<Long, ObjectNode> tickets = new TreeMap<>();
  private final Map<Long, Long> shown = new HashMap<>();
  private long next = 1_000;

  /**
   * @param now the time in nanoseconds
   * @param lag how much later the list shows an item
   * @param unique whether a reference is that of one item
   */
  GroupSite(AtomicLong now, long lag, boolean unique) {
    this.now = now;
    this.lag = lag;
    this.unique = unique;
  }

  /** Has a ticket that was always there. */
  void seed(long id) {
    tickets.put(id, JsonNodeFactory.instance.objectNode().put("id", id));
    shown.put(id, now.get());
  }

  Optional<ObjectNode> ticket(long id) {
    return Optional.ofNullable(tickets.get(id));
  }

  Optional<ObjectNode> ticket(String reference) {
    return tickets.values().stream().filter(it -> of(it, reference)).findFirst();
  }

  private static boolean of(JsonNode ticket, String reference) {
    return ticket.path("externalXRef").asText().equals(reference);
  }

  /**
   * Does what a call asks for.
   *
   * @throws ApiException where its item does not exist
   */
  Answer<JsonNode> take(Call call) {
    return switch (call.operation().id()) {
      case "getServiceTickets" -> list(call.query().get("conditions"));
      case "postServiceTickets" -> create(call.body().orElseThrow());
      case "getServiceTicketsById" -> answer(200, List.of(existing(call).deepCopy()));
      case "patchServiceTicketsById" -> {
        ObjectNode ticket = existing(call);
        call.body()
            .orElseThrow()
            .forEach(it -> ticket.set(it.path("path").asText(), it.path("value")));
        yield answer(200, List.of(ticket.deepCopy()));
      }
      case "deleteServiceTicketsById" -> {
        tickets.remove(existing(call).path("id").asLong());
        yield answer(204, List.of());
      }
      default -> throw new AssertionError(call);
    };
  }

  private ObjectNode existing(Call call) {
    return ticket(Long.parseLong(call.path().get("id")))
        .orElseThrow(
            () -> new ApiException(Failure.of(Kind.NOT_FOUND, call.name(), 404, "is not there")));
  }

  private Answer<JsonNode> list(String conditions) {
    Matcher reference = REFERENCE.matcher(conditions);
    if (!reference.matches()) {
      throw new AssertionError(conditions);
    }
    List<JsonNode> found = new ArrayList<>();
    tickets.forEach(
        (id, ticket) -> {
          if (shown.get(id) <= now.get() && of(ticket, reference.group(1))) {
            found.add(JsonNodeFactory.instance.objectNode().put("id", id));
          }
        });
    return answer(200, found);
  }

  private Answer<JsonNode> create(JsonNode body) {
    ObjectNode ticket = body.deepCopy();
    String reference = ticket.path("externalXRef").asText();
    String what = reference + ": " + ticket.path("summary").asText();
    if (unique && ticket(reference).isPresent()) {
      doubles.add(what);
    }
    created.add(what);
    long id = next++;
    ticket.put("id", id);
    tickets.put(id, ticket);
    shown.put(id, now.get() + lag);
    return answer(201, List.of(ticket.deepCopy()));
  }

  private static Answer<JsonNode> answer(int status, List<JsonNode> items) {
    return new Answer<>(
        status, items, items.isEmpty(), Optional.empty(), Optional.empty(), CallStats.NONE);
  }
}
