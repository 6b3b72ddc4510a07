package io.psastream.connectwise.simulator.fault;

import io.psastream.connectwise.simulator.http.ErrorAnswer;
import io.psastream.connectwise.simulator.http.HttpDate;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Responder;
import io.psastream.connectwise.simulator.http.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** What answers before a request reaches the API: rate limits, gateways, wrong hosts and paths. */
final class GatewayFaults {

  private GatewayFaults() {}

  /**
   * 429 (P1). With {@code perMinute} only the requests beyond that many in the last minute; {@code
   * retryAfter} is seconds, {@code date} for a date in two seconds, or {@code none}.
   */
  static Behaviour rateLimit(Fault fault) {
    return new RateLimit(fault);
  }

  private static final class RateLimit implements Behaviour {

    private final Fault fault;
    private final long perMinute;
    private final Deque<Long> passed = new ArrayDeque<>();

    RateLimit(Fault fault) {
      this.fault = fault;
      this.perMinute = fault.number("perMinute");
    }

    /** A real minute, not the simulated clock's, which may stand still. */
    @Override
    public synchronized boolean hits(Request request) {
      if (perMinute == 0) {
        return true;
      }
      long now = System.nanoTime();
      while (!passed.isEmpty() && now - passed.peekFirst() > Duration.ofMinutes(1).toNanos()) {
        passed.removeFirst();
      }
      if (passed.size() >= perMinute) {
        return true;
      }
      passed.addLast(now);
      return false;
    }

    @Override
    public Response answer(Request request, Responder api) {
      return retryAfter(body(fault.text("body")), fault.text("retryAfter"));
    }

    private static Response body(String form) {
      return switch (form) {
        case "html" -> Response.html(429, page("Error 1015", "You are being rate limited"));
        case "empty" -> Response.of(429);
        default ->
            Response.json(
                429,
                "{\"error\":\"ConnectWiseAPI\",\"message\":\"Too many requests. Please try again in 30"
                    + " seconds.\"}");
      };
    }
  }

  private static Response retryAfter(Response response, String value) {
    return switch (value) {
      case "none" -> response;
      case "date" -> response.with("Retry-After", HttpDate.text(Instant.now().plusSeconds(2)));
      default -> response.with("Retry-After", value);
    };
  }

  /** 404 on the path, as the web server or as the API says it (P2, P3). */
  static Behaviour misrouted(Fault fault) {
    return Behaviour.instead(
        fault.text("body").equals("json")
            ? ErrorAnswer.noEndpoint()
            : ErrorAnswer.webServerNotFound());
  }

  /** A cloud host called without {@code api-} (P4). */
  static Behaviour sslRequired(Fault fault) {
    return Behaviour.instead(
        ErrorAnswer.of((int) fault.number("status"), "Security", "SSL is required."));
  }

  /** A company that is not known here: null, or 404 (P5). */
  static Behaviour companyInfo(Fault fault) {
    return Behaviour.instead(
        fault.text("answer").equals("404")
            ? ErrorAnswer.webServerNotFound()
            : Response.json(200, "null"));
  }

  /** A page for people in place of an answer (P6). */
  static Behaviour htmlPage(Fault fault) {
    int status = (int) fault.number("status");
    return Behaviour.instead(
        Response.html(status, page("ConnectWise", "Please sign in"))
            .with("cf-ray", "8f0000000000-SIM"));
  }

  /** 502, 503, 504 and the like. */
  static Behaviour unavailable(Fault fault) {
    int status = (int) fault.number("status");
    Response response =
        switch (fault.text("body")) {
          case "json" -> ErrorAnswer.of(status, "ConnectWiseApi", "The service is unavailable.");
          case "text" -> Response.text(status, "The service is unavailable.");
          case "empty" -> Response.of(status);
          default -> Response.html(status, page("Service Unavailable", "HTTP Error " + status));
        };
    return Behaviour.instead(retryAfter(response, fault.text("retryAfter")));
  }

  /** A request line longer than the gateway takes (P12). */
  static Behaviour maxUrl(Fault fault) {
    long length = fault.number("length");
    int status = (int) fault.number("status");
    return new Behaviour() {
      @Override
      public boolean hits(Request request) {
        return request.target().length() > length;
      }

      @Override
      public Response answer(Request request, Responder api) {
        return Response.html(status, page("Request-URI Too Long", "HTTP Error " + status));
      }
    };
  }

  private static String page(String title, String text) {
    return "<!DOCTYPE html>\n<html><head><title>"
        + title
        + "</title></head><body><h1>"
        + text
        + "</h1></body></html>\n";
  }
}
