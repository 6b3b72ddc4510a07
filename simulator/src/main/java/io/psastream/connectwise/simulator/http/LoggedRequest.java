package io.psastream.connectwise.simulator.http;

import java.time.Duration;
import java.time.Instant;

/**
 * A request and what became of it.
 *
 * @param at the server's time when it came in
 * @param request the request
 * @param status the status of the answer; 0 when the connection was closed without one
 * @param took how long the answer took
 */
public record LoggedRequest(Instant at, Request request, int status, Duration took) {

  public String method() {
    return request.method();
  }

  /** The path below {@code /apis/3.0}, or the whole path of a request elsewhere. */
  public String path() {
    return request.apiPath();
  }

  /** A decoded query parameter; empty text where it was not given. */
  public String query(String name) {
    return request.query().getOrDefault(name, "");
  }
}
