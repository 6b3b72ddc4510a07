package io.psastream.connectwise.simulator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.Operation.Parameter;
import io.psastream.connectwise.simulator.Caller;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The paths of the whole catalogue, none of them with an item behind it. */
@ExtendWith(SimulatorExtension.class)
class AllOperationsTest {

  private static String path(Operation operation) {
    Map<String, String> values = new HashMap<>();
    for (Parameter parameter : operation.pathParameters()) {
      values.put(parameter.name(), parameter.type().equals("integer") ? "5" : "name");
    }
    return operation.path().expand(values);
  }

  @Test
  void everyReadIsRoutedAndAnswersWithItsKind(Simulator simulator) {
    Caller caller = new Caller(simulator);
    for (Operation operation : Catalog.load().operations()) {
      if (operation.method() == HttpMethod.GET) {
        HttpResponse<String> response = caller.get(path(operation));
        assertThat(response.body())
            .as(operation.id())
            .doesNotContain("The endpoint does not exist");
        if (response.statusCode() != 404) {
          assertThat(response.statusCode()).as(operation.id()).isIn(200, 204);
          assertThat(kindOf(response, operation)).as(operation.id()).isTrue();
        }
      }
    }
  }

  private static boolean kindOf(HttpResponse<String> response, Operation operation) {
    if (operation.answer() == AnswerKind.BLANK) {
      return response.body().isEmpty();
    }
    if (operation.answer() == AnswerKind.BINARY) {
      return response.headers().firstValue("Content-Disposition").isPresent();
    }
    if (operation.answer() == AnswerKind.HTML) {
      return response.headers().firstValue("Content-Type").orElse("").startsWith("text/html");
    }
    JsonNode body = Caller.json(response);
    return switch (operation.answer()) {
      case LIST -> body.isArray();
      case COUNT -> body.path("count").isInt();
      default -> body.isObject();
    };
  }

  @Test
  void everyWriteIsRouted(Simulator simulator) {
    Caller caller = new Caller(simulator);
    for (Operation operation : Catalog.load().operations()) {
      if (operation.method() != HttpMethod.GET) {
        HttpResponse<String> response =
            caller.send(operation.method().name(), path(operation), "{}");
        assertThat(response.body())
            .as(operation.id())
            .doesNotContain("The endpoint does not exist");
        assertThat(response.statusCode())
            .as(operation.id())
            .isIn(200, 201, 204, 207, 400, 404, 415);
      }
    }
  }
}
