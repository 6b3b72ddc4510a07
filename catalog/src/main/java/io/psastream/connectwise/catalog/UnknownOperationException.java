package io.psastream.connectwise.catalog;

import java.util.List;

/** No such operation; the message says which names come nearest, or what is wrong with the text. */
public final class UnknownOperationException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private static final String EXPECTED =
      "Expected is an OperationId such as getServiceTickets, or, for an operation that the"
          + " catalogue does not have, method and path such as GET /service/tickets.";

  /** So much of a text is quoted. */
  private static final int QUOTED = 200;

  private UnknownOperationException(String message) {
    super(message);
  }

  static UnknownOperationException unnamed() {
    return new UnknownOperationException("No operation is named. " + EXPECTED);
  }

  static UnknownOperationException unknown(String id, List<String> nearest) {
    return new UnknownOperationException(
        "Unknown operation \""
            + shortened(id)
            + "\". "
            + (nearest.isEmpty()
                ? EXPECTED
                : "Did you mean " + String.join(" or ", nearest) + "?"));
  }

  static UnknownOperationException malformed(String text, String problem) {
    return new UnknownOperationException(
        "\"" + shortened(text) + "\" is not an operation: " + problem);
  }

  private static String shortened(String text) {
    return text.length() > QUOTED ? text.substring(0, QUOTED) + "…" : text;
  }
}
