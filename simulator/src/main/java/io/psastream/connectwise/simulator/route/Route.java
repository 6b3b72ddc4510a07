package io.psastream.connectwise.simulator.route;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.PathTemplate;
import java.util.Optional;

/**
 * What an operation does here.
 *
 * @param operation the operation
 * @param action what it does
 * @param collection the path of the collection that it works on; for an operation without one, its
 *     own path
 * @param item the name of the schema of the items in that collection
 */
public record Route(
    Operation operation, Action action, PathTemplate collection, Optional<String> item) {

  /** What operations do with collections; {@code FIXED} stands for all that have none. */
  public enum Action {
    LIST,
    COUNT,
    SEARCH,
    GET,
    GET_BY_NAME,
    FIRST,
    CREATE,
    UPLOAD,
    REPLACE,
    PATCH,
    DELETE,
    CLEAR,
    BULK,
    REPORT,
    FIXED
  }
}
