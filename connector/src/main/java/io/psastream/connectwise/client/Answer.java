package io.psastream.connectwise.client;

import java.util.List;
import java.util.Optional;

/**
 * A successful answer, normalized: a list gives its elements, an object gives itself, an empty body
 * gives nothing.
 *
 * @param status the HTTP status, 200 to 299
 * @param items what came
 * @param blank whether the body was empty, which {@code []} is not
 * @param link the {@code Link} header as it came; empty text when it was present and empty
 * @param requestId the {@code x-cw-request-id} header
 * @param stats what it took, with the tries before it
 */
public record Answer<T>(
    int status,
    List<T> items,
    boolean blank,
    Optional<String> link,
    Optional<String> requestId,
    CallStats stats) {

  Answer<T> after(CallStats other) {
    return new Answer<>(status, items, blank, link, requestId, other);
  }
}
