package io.psastream.connectwise.simulator.http;

import java.util.Map;

/**
 * An answer, and how its sending ends.
 *
 * @param status the status code
 * @param headers the header fields; Content-Length is added when it is sent
 * @param body the body
 * @param ending whether all of it goes out
 */
public record Response(int status, Headers headers, Body body, Ending ending) {

  /** What becomes of an answer on its way out. */
  public enum Ending {
    /** It is sent. */
    COMPLETE,
    /** The connection is reset when half of the body is out. */
    CUT,
    /** The connection is closed without an answer. */
    SILENT
  }

  public static Response of(int status) {
    return new Response(status, Headers.NONE, Body.EMPTY, Ending.COMPLETE);
  }

  public static Response of(int status, String contentType, Body body) {
    return new Response(
        status, Headers.NONE.with("Content-Type", contentType), body, Ending.COMPLETE);
  }

  public static Response json(int status, Body body) {
    return of(status, "application/json; charset=utf-8", body);
  }

  public static Response json(int status, String json) {
    return json(status, Body.of(json));
  }

  public static Response html(int status, String html) {
    return of(status, "text/html", Body.of(html));
  }

  public static Response text(int status, String text) {
    return of(status, "text/plain", Body.of(text));
  }

  public Response with(String header, String value) {
    return new Response(status, headers.with(header, value), body, ending);
  }

  public Response with(Map<String, String> more) {
    return new Response(status, headers.withAll(more), body, ending);
  }

  public Response without(String header) {
    return new Response(status, headers.without(header), body, ending);
  }

  public Response with(Body other) {
    return new Response(status, headers, other, ending);
  }

  public Response ending(Ending other) {
    return new Response(status, headers, body, other);
  }
}
