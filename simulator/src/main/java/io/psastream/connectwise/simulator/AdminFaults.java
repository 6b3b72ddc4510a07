package io.psastream.connectwise.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.fault.ActiveFault;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.fault.FaultKind;
import io.psastream.connectwise.simulator.fault.Faults;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.store.Json;
import java.util.Map;
import java.util.NoSuchElementException;

/** Switches faults on and off: {@code /admin/faults}. */
final class AdminFaults {

  private final Faults faults;

  AdminFaults(Faults faults) {
    this.faults = faults;
  }

  JsonNode answer(Request request, String id) throws JsonProcessingException {
    if (id.equals("kinds")) {
      return kinds();
    }
    switch (request.method()) {
      case "POST" -> {
        return json(faults.add(fault(Admin.body(request))));
      }
      case "DELETE" -> remove(id);
      default -> {
        // Shows what is on.
      }
    }
    ArrayNode all = Json.MAPPER.createArrayNode();
    faults.all().forEach(each -> all.add(json(each)));
    return all;
  }

  private void remove(String id) {
    if (id.isEmpty()) {
      faults.clear();
    } else if (!faults.remove(Integer.parseInt(id))) {
      throw new NoSuchElementException("fault " + id);
    }
  }

  private static Fault fault(JsonNode body) {
    Fault fault =
        Fault.of(body.path("name").asText())
            .times(body.path("times").asInt(0))
            .percent(body.path("percent").asInt(100));
    if (body.has("path")) {
      fault = fault.on(body.path("path").asText());
    }
    if (body.has("method")) {
      fault = fault.method(body.path("method").asText());
    }
    for (Map.Entry<String, JsonNode> parameter : body.path("parameters").properties()) {
      fault = fault.with(parameter.getKey(), parameter.getValue().asText());
    }
    return fault;
  }

  private static ObjectNode json(ActiveFault active) {
    Fault fault = active.fault();
    ObjectNode json = Json.object().put("id", active.id()).put("name", fault.kind().text());
    fault.method().ifPresent(method -> json.put("method", method));
    fault.path().ifPresent(path -> json.put("path", path));
    json.put("percent", fault.percent());
    json.put("times", fault.times()).put("hits", active.hits()).put("usedUp", active.usedUp());
    ObjectNode parameters = json.putObject("parameters");
    fault.kind().parameters().keySet().forEach(name -> parameters.put(name, fault.text(name)));
    return json;
  }

  private static JsonNode kinds() {
    ObjectNode kinds = Json.object();
    for (FaultKind kind : FaultKind.values()) {
      ObjectNode parameters = kinds.putObject(kind.text());
      kind.parameters().forEach(parameters::put);
    }
    return kinds;
  }
}
