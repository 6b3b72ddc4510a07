package io.psastream.connectwise.simulator.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.stream.Collectors;

/** Errors in the API's own shape (docs/connectwise-api.md section 5). */
public final class ErrorAnswer {

  /** One entry of {@code errors}. */
  public record Detail(String code, String message, String resource, String field) {}

  private ErrorAnswer() {}

  public static Response of(int status, String code, String message) {
    return Response.json(
        status,
        "{\"code\":" + quote(code) + ",\"message\":" + quote(message) + ",\"errors\":null}");
  }

  public static Response of(int status, String code, String message, List<Detail> details) {
    String errors = details.stream().map(ErrorAnswer::json).collect(Collectors.joining(","));
    return Response.json(
        status,
        "{\"code\":"
            + quote(code)
            + ",\"message\":"
            + quote(message)
            + ",\"errors\":["
            + errors
            + "]}");
  }

  /** The endpoint is not there, which says nothing about an item (P3). */
  public static Response noEndpoint() {
    return of(404, "ConnectWiseApi", "The endpoint does not exist.");
  }

  /** What a web server says of a path nobody serves (P2). */
  public static Response webServerNotFound() {
    return Response.html(
        404,
        "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head>"
            + "<body><h1>Server Error</h1><h2>404 - File or directory not found.</h2></body></html>");
  }

  private static String json(Detail detail) {
    return "{\"code\":"
        + quote(detail.code())
        + ",\"message\":"
        + quote(detail.message())
        + ",\"resource\":"
        + quote(detail.resource())
        + ",\"field\":"
        + quote(detail.field())
        + "}";
  }

  private static String quote(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }
}
