package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.AliasValues;
import java.util.List;
import java.util.Optional;

/**
 * What a record itself may say of what is done with it.
 *
 * @param envelope how its value is wrapped
 * @param header the header that names the operation
 * @param allowed the operations that the header may name
 */
public record RecordDirectives(
    Envelope envelope, Optional<String> header, List<Operation> allowed) {

  /** How the value of a record is wrapped. */
  public enum Envelope {
    NONE,
    DEBEZIUM
  }

  static RecordDirectives of(AliasValues values, Catalog catalog) {
    boolean ids = !values.list(RouteKeys.OPERATION_ALLOWED).isEmpty();
    Optional<String> header = values.text(RouteKeys.OPERATION_HEADER);
    if (header.isPresent() && !ids) {
      values.problem(
          RouteKeys.OPERATION_ALLOWED, "is missing; list the operations that the header may name");
    } else if (header.isEmpty() && ids) {
      values.problem(
          RouteKeys.OPERATION_HEADER,
          "is missing; name the header that holds one of " + RouteKeys.OPERATION_ALLOWED);
    }
    return new RecordDirectives(
        values.choice(Envelope.class, RouteKeys.ENVELOPE),
        header,
        values.operations(RouteKeys.OPERATION_ALLOWED, catalog, Route::readProblem));
  }
}
