package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.config.AliasValues;
import java.time.Duration;
import java.util.Optional;

/**
 * What a route does in special cases.
 *
 * @param retryTimeout how long a record is tried that fails while others succeed
 */
public record Rules(
    OnNull onNull,
    OnNotFound onNotFound,
    OnAmbiguousCreate onAmbiguous,
    OnExists onExists,
    Duration retryTimeout) {

  /** What to do with a record without a value. */
  public enum OnNull {
    DELETE,
    MUTATE,
    IGNORE,
    FAIL
  }

  /** What to do when the item of an update does not exist. */
  public enum OnNotFound {
    FAIL,
    IGNORE,
    CREATE
  }

  /** What to do when the answer to a create was lost (P35). */
  public enum OnAmbiguousCreate {
    LOOKUP,
    REPORT,
    RETRY
  }

  /** What to do when a create finds its item already there. */
  public enum OnExists {
    UPDATE,
    IGNORE,
    FAIL
  }

  /**
   * Reads the rules of a route.
   *
   * @param mutate the operation for records with a value
   * @param deletes whether the route has an operation for tombstones
   */
  static Rules of(AliasValues values, Optional<Operation> mutate, boolean deletes) {
    return new Rules(
        onNull(values, mutate, deletes),
        values.choice(OnNotFound.class, RouteKeys.ON_NOT_FOUND),
        onAmbiguous(values),
        values.choice(OnExists.class, LookupKeys.ON_EXISTS),
        values.duration(RouteKeys.RETRY_TIMEOUT));
  }

  private static OnNull onNull(AliasValues values, Optional<Operation> mutate, boolean deletes) {
    if (values.text(RouteKeys.ON_NULL).isEmpty()) {
      return deletes ? OnNull.DELETE : OnNull.FAIL;
    }
    OnNull choice = values.choice(OnNull.class, RouteKeys.ON_NULL);
    if (choice == OnNull.DELETE && values.text(RouteKeys.DELETE).isEmpty()) {
      values.problem(RouteKeys.ON_NULL, "delete needs " + RouteKeys.DELETE + ", which is not set");
    }
    boolean bodiless = mutate.filter(it -> it.body() == BodyKind.NONE).isPresent();
    if (choice == OnNull.MUTATE && !bodiless && !values.hasProblem(RouteKeys.MUTATE)) {
      values.problem(
          RouteKeys.ON_NULL,
          "mutate needs a "
              + RouteKeys.MUTATE
              + " that takes no body, such as postTimeSheetsByIdSubmit");
    }
    return choice;
  }

  private static OnAmbiguousCreate onAmbiguous(AliasValues values) {
    boolean lookup = values.text(LookupKeys.OPERATION).isPresent();
    if (values.text(RouteKeys.ON_AMBIGUOUS).isEmpty()) {
      return lookup ? OnAmbiguousCreate.LOOKUP : OnAmbiguousCreate.REPORT;
    }
    OnAmbiguousCreate choice = values.choice(OnAmbiguousCreate.class, RouteKeys.ON_AMBIGUOUS);
    if (choice == OnAmbiguousCreate.LOOKUP && !lookup) {
      values.problem(
          RouteKeys.ON_AMBIGUOUS,
          "lookup needs " + LookupKeys.OPERATION + ", such as getServiceTickets");
    }
    return choice;
  }
}
