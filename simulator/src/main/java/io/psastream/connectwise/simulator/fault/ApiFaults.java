package io.psastream.connectwise.simulator.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.ErrorAnswer;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Responder;
import io.psastream.connectwise.simulator.http.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the API itself answers when something is wrong with it, or with what it was asked. */
final class ApiFaults {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern VERSION = Pattern.compile("version=(\\d+)\\.(\\d+)");

  private ApiFaults() {}

  private static Behaviour when(Predicate<Request> hits, Response response) {
    return new Behaviour() {
      @Override
      public boolean hits(Request request) {
        return hits.test(request);
      }

      @Override
      public Response answer(Request request, Responder api) {
        return response;
      }
    };
  }

  /** The credentials are refused (P10). */
  static Behaviour unauthorized(Fault fault) {
    return Behaviour.instead(
        ErrorAnswer.of((int) fault.number("status"), "ConnectWiseApi", "UserNotAuthenticated"));
  }

  /** The member's role does not allow it (P10). */
  static Behaviour forbid(Fault fault) {
    return Behaviour.instead(
        ErrorAnswer.of(
            403, "Security", "You do not have security permission to perform this action."));
  }

  /** 500 for certain records, however often they are sent (P8). */
  static Behaviour poisonRecord(Fault fault) {
    return when(
        request ->
            request.apiPath().endsWith("/" + fault.text("id"))
                || (!fault.text("contains").isEmpty()
                    && request.text().contains(fault.text("contains"))),
        internal(fault, "String was not recognized as a valid Boolean."));
  }

  /** 500 now and then (P8). */
  static Behaviour flaky(Fault fault) {
    return Behaviour.instead(internal(fault, "The service was not able to process your request."));
  }

  private static Response internal(Fault fault, String otherwise) {
    String message = fault.text("message");
    return ErrorAnswer.of(500, "ConnectWiseApi", message.isEmpty() ? otherwise : message);
  }

  /** The database gave up (P9). */
  static Behaviour timeout(Fault fault) {
    long above = fault.number("abovePageSize");
    return when(
        request -> TransportFaults.pageSize(request) > above,
        ErrorAnswer.of(
            500,
            "ConnectWiseApi",
            "Execution Timeout Expired. The timeout period elapsed prior to completion of the"
                + " operation."));
  }

  /** An operation that needs a version header of at least so much (P11). */
  static Behaviour minVersion(Fault fault) {
    Matcher least = VERSION.matcher("version=" + fault.text("version"));
    if (!least.matches()) {
      throw new IllegalArgumentException("A version is YYYY.N, not " + fault.text("version"));
    }
    int needed = number(least);
    return new Behaviour() {
      @Override
      public boolean hits(Request request) {
        Matcher given = VERSION.matcher(request.header("Accept").orElse(""));
        return !given.find() || number(given) < needed;
      }

      @Override
      public Response answer(Request request, Responder api) {
        return ErrorAnswer.of(
            400,
            "ConnectWiseApi",
            "The HTTP resource that matches the request URI '"
                + request.path()
                + "' does not support the API version '0.0'.");
      }
    };
  }

  private static int number(Matcher version) {
    return Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2));
  }

  /** Somebody else has the record open (P15). */
  static Behaviour lockRecord(Fault fault) {
    return when(
        request ->
            !request.method().equals("GET") && request.apiPath().endsWith("/" + fault.text("id")),
        ErrorAnswer.of(409, "ConflictError", "The record is in use by another user."));
  }

  /** 200 and nothing, in the middle of a list. */
  static Behaviour blankPage(Fault fault) {
    return Behaviour.instead(Response.json(200, "\n"));
  }

  /** No rows where there are some (P25). */
  static Behaviour emptyList(Fault fault) {
    return Behaviour.instead(Response.json(200, "[]"));
  }

  /** Lists show what is created while this is on only so much later (P35). */
  static Behaviour listLag(Fault fault) {
    long lag = TimeUnit.MILLISECONDS.toNanos(fault.number("ms"));
    Map<String, Long> created = Collections.synchronizedMap(new LinkedHashMap<>());
    return (request, api) -> {
      Response response = api.answer(request);
      if (request.method().equals("POST") && response.status() == 201) {
        JsonNode id = tree(response).path("id");
        forget(created, lag);
        created.put(request.apiPath() + "/" + id.asText(), System.nanoTime());
      }
      return request.method().equals("GET") && tree(response) instanceof ArrayNode list
          ? response.with(Body.of(visible(list, request.apiPath(), created, lag)))
          : response;
    };
  }

  /** What is shown by now need not be remembered; the oldest stand first. */
  private static void forget(Map<String, Long> created, long lag) {
    synchronized (created) {
      Iterator<Long> oldest = created.values().iterator();
      while (oldest.hasNext() && System.nanoTime() - oldest.next() > lag) {
        oldest.remove();
      }
    }
  }

  private static String visible(ArrayNode list, String path, Map<String, Long> created, long lag) {
    ArrayNode shown = MAPPER.createArrayNode();
    for (JsonNode item : list) {
      Long at = created.get(path + "/" + item.path("id").asText());
      if (at == null || System.nanoTime() - at > lag) {
        shown.add(item);
      }
    }
    return shown.toString();
  }

  private static JsonNode tree(Response response) {
    return tree(response.body().bytes());
  }

  /** Missing where it is no JSON, which another fault has made of it. */
  private static JsonNode tree(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A list answers its only element, everything else an array of itself (docs/connectwise-api.md
   * section 3).
   */
  static Behaviour oddShape(Fault fault) {
    return (request, api) -> {
      Response response = api.answer(request);
      return response.with(Body.of(turned(response.body().bytes())));
    };
  }

  private static byte[] turned(byte[] json) {
    JsonNode tree = tree(json);
    if (tree.isMissingNode()) {
      return json;
    }
    JsonNode turned = tree.isArray() ? tree : MAPPER.createArrayNode().add(tree);
    return bytes(tree.isArray() && tree.size() == 1 ? tree.get(0) : turned);
  }

  private static byte[] bytes(JsonNode tree) {
    return tree.toString().getBytes(UTF_8);
  }

  /** Fewer rows than there are, and no sign of more (P25). */
  static Behaviour shortList(Fault fault) {
    int rows = (int) fault.number("rows");
    return (request, api) -> {
      Response response = api.answer(request);
      return response.with(Body.of(first(rows, response.body().bytes()))).without("Link");
    };
  }

  private static byte[] first(int rows, byte[] json) {
    if (!(tree(json) instanceof ArrayNode list)) {
      return json;
    }
    while (list.size() > rows) {
      list.remove(list.size() - 1);
    }
    return bytes(list);
  }
}
