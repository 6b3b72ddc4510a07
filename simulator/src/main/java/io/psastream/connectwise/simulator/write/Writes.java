package io.psastream.connectwise.simulator.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.simulator.fault.FaultKind;
import io.psastream.connectwise.simulator.fault.Faults;
import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.read.ListBody;
import io.psastream.connectwise.simulator.read.Reads;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.RefusedException;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Stamp;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Creates, replaces, patches and deletes items (docs/connectwise-api.md section 7). */
public final class Writes {

  /** Taken on a write and never shown again. */
  private static final Set<String> WRITE_ONLY =
      Set.of(
          "initialDescription",
          "initialInternalAnalysis",
          "initialResolution",
          "initialDescriptionFrom",
          "processNotifications",
          "skipCallback");

  /** What the server fills in itself, of which a reader needs to know (P27a). */
  private static final Map<String, String> RECORD_TYPES =
      Map.of("/service/tickets", "ServiceTicket", "/project/tickets", "ProjectTicket");

  private final Store store;
  private final Faults faults;
  private final Reads reads;
  private final Validation validation;
  private final References references;
  private final String member;

  public Writes(Store store, Faults faults, Reads reads, String member) {
    this.store = store;
    this.faults = faults;
    this.reads = reads;
    this.validation = new Validation(store);
    this.references = new References(store);
    this.member = member;
  }

  public Response create(ApiCall call) {
    return answer(call, 201, create(call, object(json(call))));
  }

  /** Creates an item; one object serves as lock, as a table does. */
  synchronized StoredItem create(ApiCall call, ObjectNode item) {
    Validation.pathNotRepeated(call, item);
    item.remove(List.of("id", "_info"));
    prepare(call, item, MissingNode.getInstance());
    validation.unique(call, item);
    String recordType = RECORD_TYPES.get(call.collection());
    if (recordType != null) {
      item.put("recordType", recordType);
    }
    Stamp stamp = Stamp.now().by(member);
    boolean hasId = !call.shape().known() || call.shape().field("id").isPresent();
    return hasId
        ? store.collection(call.collection()).put(item, stamp)
        : store.collection(call.collection()).putWithoutId(item, stamp);
  }

  /** Checks and completes what a write changes in an item; nulls are not kept. */
  private void prepare(ApiCall call, ObjectNode item, JsonNode before) {
    Validation.types(call, item);
    item.remove(WRITE_ONLY);
    item.properties().removeIf(entry -> entry.getValue().isNull());
    Validation.required(call, item, before);
    references.complete(call, item, before);
  }

  public Response replace(ApiCall call) {
    return answer(call, 200, replace(call, object(json(call))));
  }

  /** What the body does not say is reset, only custom fields stay (P40). */
  synchronized StoredItem replace(ApiCall call, ObjectNode body) {
    StoredItem before = reads.find(call);
    ObjectNode old = before.tree();
    Validation.pathNotRepeated(call, body);
    boolean customFields = body.has("customFields");
    body.remove(List.of("id", "_info"));
    prepare(call, body, MissingNode.getInstance());
    ObjectNode item = Json.object().put("id", before.id());
    item.setAll(body);
    if (customFields) {
      customFields(call).merge(call, old, item, true);
    } else if (old.has("customFields")) {
      item.set("customFields", old.get("customFields"));
    }
    return store.collection(call.collection()).put(item, Stamp.now().by(member));
  }

  /** A patch that changes nothing leaves no trace, and says 200 all the same (P37). */
  public synchronized Response patch(ApiCall call) {
    StoredItem before = reads.find(call);
    JsonNode operations = json(call);
    Patch patch = new Patch(call);
    patch.check(operations);
    ObjectNode old = before.tree();
    ObjectNode item = old.deepCopy();
    patch.apply(operations, item);
    customFields(call)
        .merge(call, old, item, !item.path("customFields").equals(old.path("customFields")));
    prepare(call, item, old);
    if (item.equals(old)) {
      return answer(call, 200, before);
    }
    return answer(call, 200, store.collection(call.collection()).put(item, Stamp.now().by(member)));
  }

  private CustomFields customFields(ApiCall call) {
    return new CustomFields(
        faults
            .rule(FaultKind.CUSTOM_FIELDS, call.request())
            .map(fault -> fault.text("mode"))
            .orElse("whole"));
  }

  public Response delete(ApiCall call) {
    deleteOne(call);
    return Response.of(204);
  }

  synchronized void deleteOne(ApiCall call) {
    StoredItem item = reads.find(call);
    store.collection(call.collection()).delete(item.id());
  }

  public Response clear(ApiCall call) {
    store.existing(call.collection()).ifPresent(collection -> collection.deleteAll());
    return Response.of(204);
  }

  /** Some operations answer with a list of the one item (docs/connectwise-api.md section 5). */
  private static Response answer(ApiCall call, int status, StoredItem item) {
    boolean list = call.route().operation().answer() == AnswerKind.LIST;
    return list
        ? Response.json(200, new ListBody(List.of(item)))
        : Response.json(status, Body.of(item.json()));
  }

  static JsonNode json(ApiCall call) {
    String type = call.request().header("Content-Type").orElse("");
    if (!type.contains("json")) {
      throw new RefusedException(Response.of(415));
    }
    try {
      return Json.MAPPER.readTree(call.request().text());
    } catch (JsonProcessingException e) {
      throw RefusedException.badBody("The body is not valid JSON.");
    }
  }

  static ObjectNode object(JsonNode json) {
    if (json instanceof ObjectNode object) {
      return object;
    }
    throw RefusedException.badBody(
        "Cannot deserialize the current JSON because the type requires a JSON object.");
  }
}
