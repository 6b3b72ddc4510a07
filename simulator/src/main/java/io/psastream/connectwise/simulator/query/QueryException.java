package io.psastream.connectwise.simulator.query;

/** A query the API would refuse; the message is what it would say. */
public final class QueryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  QueryException(String message) {
    super(message);
  }

  static QueryException unknownName(String name) {
    return new QueryException(name + " is not a recognized name.");
  }

  /** The API's words for a value of the wrong kind, and for text that is no condition (P13). */
  static QueryException wrongKind(String expected, String found) {
    return new QueryException(
        "Expected "
            + expected
            + " value, not "
            + found
            + ". String values should be enclosed with double or single quotes; DateTime values"
            + " should be enclosed in square brackets.");
  }
}
