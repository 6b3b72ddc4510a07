package io.psastream.connectwise.simulator.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.simulator.condition.Condition;
import io.psastream.connectwise.simulator.fault.Faults;
import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.query.OrderBy;
import io.psastream.connectwise.simulator.query.Selection;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.RefusedException;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Lists, counts and single items. */
public final class Reads {

  private final Store store;
  private final Faults faults;
  private final Links links;

  public Reads(Store store, Faults faults) {
    this.store = store;
    this.faults = faults;
    this.links = new Links(faults);
  }

  public Response list(ApiCall call) {
    return list(call, ItemQuery.Texts.of(call));
  }

  /** A list whose conditions are in the body of a POST, for those too long for a URL. */
  public Response search(ApiCall call) {
    JsonNode body;
    try {
      body = Json.MAPPER.readTree(call.request().text());
    } catch (JsonProcessingException e) {
      throw RefusedException.badBody("The body is not valid JSON.");
    }
    return list(
        call,
        new ItemQuery.Texts(
            text(body, "conditions"),
            text(body, "childConditions"),
            text(body, "customFieldConditions"),
            text(body, "orderBy")));
  }

  private static String text(JsonNode body, String name) {
    // The specification spells these in lower case, its callers do not all (docs/connectwise-api.md
    // section 3).
    return body.path(name).asText(body.path(name.toLowerCase(Locale.ROOT)).asText(""));
  }

  private Response list(ApiCall call, ItemQuery.Texts texts) {
    Paging paging = Paging.of(call.request(), faults);
    ItemQuery query = ItemQuery.of(call, texts, faults);
    Page page =
        store
            .existing(call.collection())
            .map(collection -> Page.of(collection, query, paging))
            .orElse(Page.EMPTY);
    Response response = Response.json(200, body(call, page.items()));
    return links
        .header(call.request(), paging, page)
        .map(link -> response.with("Link", link))
        .orElse(response);
  }

  private static Body body(ApiCall call, List<StoredItem> items) {
    Optional<Selection> selection = selection(call);
    if (selection.isEmpty()) {
      return new ListBody(items);
    }
    if (selection.get().onlyId()) {
      StringBuilder ids = new StringBuilder("[");
      for (StoredItem item : items) {
        ids.append(ids.length() > 1 ? "," : "").append("{\"id\":").append(item.id()).append('}');
      }
      return Body.of(ids.append(']').toString());
    }
    ArrayNode array = Json.MAPPER.createArrayNode();
    items.forEach(item -> array.add(selection.get().of(item.tree())));
    return Body.of(Json.bytes(array));
  }

  /** What is asked for by {@code fields}, or shown by an {@code /info} path. */
  private static Optional<Selection> selection(ApiCall call) {
    String fields = call.query("fields");
    if (!fields.isBlank()) {
      return Optional.of(Selection.parse(fields));
    }
    boolean info = call.route().operation().path().toString().endsWith("/info");
    if (!info || !call.shape().known()) {
      return Optional.empty();
    }
    List<List<String>> names = new ArrayList<>();
    for (ItemSchema.Field field : call.shape().fields()) {
      names.add(List.of(field.name()));
    }
    return Optional.of(new Selection(names));
  }

  public Response count(ApiCall call) {
    Condition condition = ItemQuery.of(call, ItemQuery.Texts.of(call), faults).condition();
    int count =
        store
            .existing(call.collection())
            .map(collection -> Page.count(collection, condition))
            .orElse(0);
    return Response.json(200, "{\"count\":" + count + "}");
  }

  public Response get(ApiCall call) {
    return single(call, find(call));
  }

  /** The item that the path names; refuses with NotFound when it is not there or not to be seen. */
  public StoredItem find(ApiCall call) {
    return store
        .existing(call.collection())
        .flatMap(collection -> collection.get(call.id()))
        .filter(item -> visible(call, item))
        .orElseThrow(() -> RefusedException.notFound(call.entity(), call.last()));
  }

  private boolean visible(ApiCall call, StoredItem item) {
    return ItemQuery.hidden(call, faults).map(condition -> condition.matches(item)).orElse(true);
  }

  /** An item by its identifier instead of its id, as members have one. */
  public Response getByName(ApiCall call) {
    return store.existing(call.collection()).stream()
        .flatMap(collection -> collection.items().stream())
        .filter(item -> call.last().equalsIgnoreCase(item.tree().path("identifier").asText()))
        .findFirst()
        .map(item -> single(call, item))
        .orElseThrow(() -> RefusedException.notFound(call.entity(), call.last()));
  }

  /** The default of a kind of item: here the first one, or an empty object. */
  public Response first(ApiCall call) {
    ItemQuery all = new ItemQuery(Condition.all(), OrderBy.BY_ID);
    Paging one = new Paging(Paging.Mode.NAVIGABLE, 1, 1, Long.MIN_VALUE);
    Optional<ItemCollection> collection = store.existing(call.collection());
    return collection.map(each -> Page.of(each, all, one).items()).orElse(List.of()).stream()
        .findFirst()
        .map(item -> single(call, item))
        .orElse(Response.json(200, "{}"));
  }

  private static Response single(ApiCall call, StoredItem item) {
    return Response.json(
        200,
        selection(call)
            .map(selection -> Body.of(Json.bytes(selection.of(item.tree()))))
            .orElseGet(() -> Body.of(item.json())));
  }
}
