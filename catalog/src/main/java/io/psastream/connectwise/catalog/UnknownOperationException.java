package io.psastream.connectwise.catalog;

import java.util.List;

/** No such operation; the message says which names come nearest, or what is wrong with the text. */
public final class UnknownOperationException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  UnknownOperationException(String message) {
    super(message);
  }

  UnknownOperationException(String id, List<String> nearest) {
    this(
        "Unknown operation \""
            + id
            + "\"."
            + (nearest.isEmpty() ? "" : " Did you mean " + String.join(", ", nearest) + "?"));
  }
}
