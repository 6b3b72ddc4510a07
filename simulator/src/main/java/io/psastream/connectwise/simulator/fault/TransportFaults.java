package io.psastream.connectwise.simulator.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Responder;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.http.Response.Ending;
import java.util.Arrays;
import java.util.Locale;

/** What happens to requests and answers on their way: delay, damage, loss. */
final class TransportFaults {

  private TransportFaults() {}

  static int pageSize(Request request) {
    String given = request.query().getOrDefault("pageSize", "25");
    return given.matches("\\d{1,9}") ? Integer.parseInt(given) : 25;
  }

  /** Every answer takes so much longer. */
  static Behaviour latency(Fault fault) {
    long millis = fault.number("ms");
    return (request, api) -> {
      Thread.sleep(millis);
      return api.answer(request);
    };
  }

  /** Large pages take longer than small ones (P9). */
  static Behaviour slowAbovePageSize(Fault fault) {
    long above = fault.number("pageSize");
    Behaviour slow = latency(fault);
    return new Behaviour() {
      @Override
      public boolean hits(Request request) {
        return pageSize(request) > above;
      }

      @Override
      public Response answer(Request request, Responder api) throws InterruptedException {
        return slow.answer(request, api);
      }
    };
  }

  /** A body without a charset is read as Latin-1 (P14). */
  static Behaviour latin1(Fault fault) {
    return (request, api) -> {
      boolean declared =
          request
              .header("Content-Type")
              .filter(type -> type.toLowerCase(Locale.ROOT).contains("charset=utf-8"))
              .isPresent();
      return api.answer(
          declared
              ? request
              : request.withBody(new String(request.body(), ISO_8859_1).getBytes(UTF_8)));
    };
  }

  /** Line ends in strings come back as spaces (P44). */
  static Behaviour newlinesAsSpaces(Fault fault) {
    return (request, api) ->
        api.answer(
            request.withBody(
                request.text().replaceAll("(?<!\\\\)\\\\[nrbf]", " ").getBytes(UTF_8)));
  }

  /** Done, and nothing said about it (P7). */
  static Behaviour emptyBody(Fault fault) {
    return (request, api) -> api.answer(request).with(Body.EMPTY);
  }

  /** A complete answer, by its length, whose JSON ends in the middle. */
  static Behaviour truncatedBody(Fault fault) {
    return (request, api) -> {
      Response response = api.answer(request);
      byte[] body = response.body().bytes();
      return response.with(Body.of(Arrays.copyOf(body, body.length / 2)));
    };
  }

  /** The right body under another type. */
  static Behaviour contentType(Fault fault) {
    return (request, api) -> api.answer(request).with("Content-Type", fault.text("type"));
  }

  /** A file name that no file system takes, whether the answer is a file or not. */
  static Behaviour longFileName(Fault fault) {
    String name = "x".repeat((int) fault.number("length"));
    return (request, api) ->
        api.answer(request)
            .with("Content-Disposition", "attachment; filename=\"" + name + ".pdf\"");
  }

  /** The connection breaks in the middle of the body. */
  static Behaviour dropConnection(Fault fault) {
    return (request, api) -> api.answer(request).ending(Ending.CUT);
  }

  /** The connection breaks before the API has seen the request. */
  static Behaviour dropRequest(Fault fault) {
    return Behaviour.instead(Response.of(500).ending(Ending.SILENT));
  }

  /** The request is carried out and the connection breaks before the answer (P35). */
  static Behaviour applyThenDrop(Fault fault) {
    return (request, api) -> api.answer(request).ending(Ending.SILENT);
  }
}
