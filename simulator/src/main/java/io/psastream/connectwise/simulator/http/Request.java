package io.psastream.connectwise.simulator.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;

/**
 * A request as it came in.
 *
 * @param method the method, in capitals
 * @param path the path, still encoded
 * @param rawQuery the query, still encoded; empty where there is none
 * @param headers the header fields
 * @param body the body; not copied, so never to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; copying megabytes buys nothing.
public record Request(String method, String path, String rawQuery, Headers headers, byte[] body) {

  private static final String API = "/apis/3.0/";

  /** The request for this target, which is a path and perhaps a query. */
  static Request of(String method, String target, Headers headers, byte[] body) {
    int question = target.indexOf('?');
    return question < 0
        ? new Request(method, target, "", headers, body)
        : new Request(
            method, target.substring(0, question), target.substring(question + 1), headers, body);
  }

  /** The query, decoded; names ignore case. */
  public Map<String, String> query() {
    return QueryString.decode(rawQuery);
  }

  public Optional<String> header(String name) {
    return headers.get(name);
  }

  /** The path below {@code /apis/3.0}, or the whole path of a request elsewhere. */
  public String apiPath() {
    int api = path.indexOf(API);
    return api < 0 ? path : path.substring(api + API.length() - 1);
  }

  /** About how much memory it takes: body, target and header fields. */
  long bytes() {
    long bytes = (long) body.length + path.length() + rawQuery.length();
    for (Map.Entry<String, String> field : headers.asMap().entrySet()) {
      bytes += field.getKey().length() + field.getValue().length();
    }
    return bytes;
  }

  /** The body as UTF-8 text. */
  public String text() {
    return new String(body, UTF_8);
  }

  /** Path and query as they were on the request line. */
  public String target() {
    return rawQuery.isEmpty() ? path : path + "?" + rawQuery;
  }

  /** The same request with another body. */
  public Request withBody(byte[] other) {
    return new Request(method, path, rawQuery, headers, other);
  }

  /** The query of a link, encoded as the server does. */
  public static String encode(Map<String, String> query) {
    return QueryString.encode(query);
  }
}
