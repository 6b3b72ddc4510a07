package io.psastream.connectwise.callbacks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The callbacks that are registered at the site under one mark, which is their description. Entries
 * without it belong to somebody else, and are neither changed nor deleted (P33).
 */
final class Registrations {

  private static final String PAGE = "1000";
  private static final int MOST_PAGES = 100;

  private final ConnectWiseClient client;
  private final Catalog catalog;
  private final String mark;

  /** An entry of ours at the site. */
  record Registered(long id, Entry entry, boolean active) {}

  Registrations(ConnectWiseClient client, Catalog catalog, String mark) {
    this.client = client;
    this.catalog = catalog;
    this.mark = mark;
  }

  /** Those with our mark. Pages are read to the first that brings nothing new (P17). */
  List<Registered> own() {
    Map<Long, JsonNode> all = new LinkedHashMap<>();
    for (int page = 1, before = -1; page <= MOST_PAGES && all.size() > before; page++) {
      before = all.size();
      Map<String, String> query = new LinkedHashMap<>();
      query.put("orderBy", "id asc");
      query.put("pageSize", PAGE);
      query.put("page", String.valueOf(page));
      client
          .send(Call.of(catalog.operation("getSystemCallbacks"), Map.of(), query))
          .items()
          .forEach(item -> all.put(item.path("id").asLong(), item));
    }
    return all.values().stream()
        .filter(item -> item.path("description").asText().equals(mark))
        .map(Registrations::registered)
        .toList();
  }

  private static Registered registered(JsonNode item) {
    boolean active = !item.path("inactiveFlag").asBoolean();
    return new Registered(item.path("id").asLong(), Entry.of(item), active);
  }

  /**
   * Makes the entries of our mark these: what is missing is registered, what is inactive made
   * active, what is too many deleted. Doing it again changes nothing.
   *
   * @param everywhere whether entries to other addresses are too many, which may be those of
   *     another installation that was not given a name of its own
   * @return what was changed, a line each
   */
  List<String> reconcile(Collection<Entry> wanted, boolean everywhere) {
    List<String> changes = new ArrayList<>();
    Set<String> addresses = wanted.stream().map(Entry::url).collect(Collectors.toSet());
    Map<Entry, Registered> kept = new LinkedHashMap<>();
    List<Registered> surplus = new ArrayList<>();
    for (Registered each : own()) {
      boolean here = addresses.contains(each.entry().url());
      boolean tooMany =
          !wanted.contains(each.entry()) || kept.putIfAbsent(each.entry(), each) != null;
      if (tooMany && (here || everywhere)) {
        surplus.add(each);
      }
    }
    for (Entry entry : wanted) {
      Optional<Registered> there = Optional.ofNullable(kept.get(entry));
      if (there.isEmpty()) {
        register(entry);
        changes.add("registered " + entry);
      } else if (!there.get().active()) {
        activate(there.get());
        changes.add("made active again " + entry);
      }
    }
    // Last, so that a new address is told of changes before an old one no longer is.
    surplus.forEach(each -> changes.add(removed(each)));
    return changes;
  }

  /**
   * Deletes all entries of our mark.
   *
   * @return what was deleted, a line each
   */
  List<String> remove() {
    return own().stream().map(this::removed).toList();
  }

  private void register(Entry entry) {
    try {
      send("postSystemCallbacks", Map.of(), Optional.of(entry.body(mark)));
    } catch (ApiException e) {
      if (!existsAlready(e)) {
        throw e;
      }
      // Another process of ours may have been faster.
      if (own().stream().noneMatch(each -> each.entry().equals(entry))) {
        throw new IllegalStateException(
            "The site has a callback for "
                + entry
                + " to the same callback.url that does not have the description \""
                + mark
                + "\". Delete it in ConnectWise, or set callback.name to the name that it was"
                + " registered under.",
            e);
      }
    }
  }

  private static boolean existsAlready(ApiException e) {
    return e.failure().code().filter("ObjectExists"::equals).isPresent()
        || e.failure().details().stream()
            .anyMatch(detail -> detail.code().filter("ObjectExists"::equals).isPresent());
  }

  private void activate(Registered entry) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    patch.addObject().put("op", "replace").put("path", "inactiveFlag").put("value", false);
    List<JsonNode> answer = send("patchSystemCallbacksById", path(entry), Optional.of(patch));
    if (answer.stream().anyMatch(item -> item.path("inactiveFlag").asBoolean())) {
      throw new IllegalStateException(
          "The site did not make the callback for "
              + entry.entry()
              + " active again. Run remove, and then register.");
    }
  }

  private String removed(Registered entry) {
    try {
      send("deleteSystemCallbacksById", path(entry), Optional.empty());
    } catch (ApiException e) {
      if (e.failure().kind() != Kind.NOT_FOUND) {
        throw e;
      }
    }
    return "removed " + entry.entry();
  }

  private static Map<String, String> path(Registered entry) {
    return Map.of("id", String.valueOf(entry.id()));
  }

  private List<JsonNode> send(String operation, Map<String, String> path, Optional<JsonNode> body) {
    return client
        .send(new Call(catalog.operation(operation), path, Map.of(), Map.of(), body))
        .items();
  }
}
