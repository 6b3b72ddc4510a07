package io.psastream.connectwise.simulator.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.RefusedException;
import io.psastream.connectwise.simulator.store.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The operations that take many items and answer 207 with an outcome for each
 * (docs/connectwise-api.md section 7).
 */
public final class Bulk {

  private final Writes writes;

  public Bulk(Writes writes) {
    this.writes = writes;
  }

  public Response answer(ApiCall call) {
    JsonNode body = Writes.json(call);
    JsonNode entries = body.has("ids") ? body.path("ids") : body;
    if (!entries.isArray()) {
      throw RefusedException.badBody("A bulk operation takes a JSON array, or ids.");
    }
    ObjectNode result = Json.object();
    ArrayNode payload = result.putArray("payload");
    for (JsonNode entry : entries) {
      payload.add(outcome(call, entry, payload.size()));
    }
    result.putObject("_info");
    return Response.json(207, Body.of(Json.bytes(result)));
  }

  private ObjectNode outcome(ApiCall call, JsonNode entry, int index) {
    ObjectNode outcome = Json.object();
    try {
      ObjectNode data = Json.object().put("id", apply(call, entry));
      boolean created = call.request().method().equals("POST");
      outcome.put("success", true).put("originalIndex", index);
      outcome.put("statusCode", created ? 201 : 200).set("data", data);
    } catch (RefusedException refused) {
      outcome.put("success", false).put("originalIndex", index);
      outcome.put("statusCode", refused.response().status());
      outcome.set("error", error(refused));
    }
    return outcome;
  }

  private long apply(ApiCall call, JsonNode entry) {
    switch (call.request().method()) {
      case "POST" -> {
        return writes.create(call, Writes.object(entry)).id();
      }
      case "PUT" -> {
        ObjectNode item = Writes.object(entry);
        long id = item.path("id").asLong();
        item.remove("id");
        return writes.replace(one(call, id), item).id();
      }
      default -> {
        long id = entry.isObject() ? entry.path("id").asLong() : entry.asLong();
        writes.deleteOne(one(call, id));
        return id;
      }
    }
  }

  /** The same call, for one item: its path ends with the id, as that of the single operation. */
  private static ApiCall one(ApiCall call, long id) {
    Map<String, String> values = new HashMap<>(call.values());
    values.put(ApiCall.BULK_ID, Long.toString(id));
    return new ApiCall(call.request(), call.route(), values, call.shape());
  }

  private static JsonNode error(RefusedException refused) {
    try {
      return Json.MAPPER.readTree(refused.response().body().bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
