package io.psastream.connectwise.catalog;

import java.util.List;

/** No operation of that name; the message says which names come nearest. */
public final class UnknownOperationException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  UnknownOperationException(String id, List<String> nearest) {
    super(
        "Unknown operation \""
            + id
            + "\"."
            + (nearest.isEmpty() ? "" : " Did you mean " + String.join(", ", nearest) + "?"));
  }
}
