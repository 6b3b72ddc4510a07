package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation;
import java.util.Map;
import java.util.Optional;

/**
 * One call of an operation: all of the request but the headers of the connection.
 *
 * @param operation the operation
 * @param path values of the path parameters, not yet encoded
 * @param query query parameters in the order they are sent, not yet encoded
 * @param headers headers of this call only
 * @param body the JSON body; absent for none
 */
public record Call(
    Operation operation,
    Map<String, String> path,
    Map<String, String> query,
    Map<String, String> headers,
    Optional<JsonNode> body) {

  /**
   * The most characters of a path and its query: IIS answers more with a 404 page (P12;
   * docs/connectwise-api.md section 3).
   */
  static final int LONGEST = 2_048;

  /** What the site adds to a path: the codebase. */
  private static final int CODEBASE = 40;

  /** A call without a body. */
  public static Call of(Operation operation, Map<String, String> path, Map<String, String> query) {
    return new Call(operation, path, query, Map.of(), Optional.empty());
  }

  /** Whether its URL is too long for the API. */
  public boolean tooLong() {
    return CODEBASE + operation.path().toString().length() + Site.query(query).length() > LONGEST;
  }

  /** The call for failures and logs: without its query, which may contain personal data. */
  public String name() {
    String path;
    try {
      path = operation.path().expand(path());
    } catch (IllegalArgumentException e) {
      path = operation.path().toString();
    }
    String line = operation.method() + " " + path;
    // An operation given as text has that text as its id.
    return operation.id().contains(" ") ? line : operation.id() + " " + line;
  }
}
