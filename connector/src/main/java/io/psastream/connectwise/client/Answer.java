package io.psastream.connectwise.client;

import java.util.List;
import java.util.Optional;

/**
 * A successful answer, normalized: a list gives its elements, an object gives itself, an empty body
 * gives nothing.
 *
 * @param status the HTTP status, 200 to 299
 * @param items the decoded items
 * @param blank whether the body was empty, which {@code []} is not
 * @param link the raw {@code Link} header; empty text when it was present and empty
 * @param requestId the {@code x-cw-request-id} header
 * @param bytes the size of the body, after decompression
 * @param stats its attempts and duration, including the attempts that failed
 */
public record Answer<T>(
    int status,
    List<T> items,
    boolean blank,
    Optional<String> link,
    Optional<String> requestId,
    long bytes,
    CallStats stats) {

  /** An answer without content, of which nothing but the status is known. */
  static <T> Answer<T> empty(int status) {
    return new Answer<>(
        status, List.of(), true, Optional.empty(), Optional.empty(), CallStats.NONE);
  }

  /** An answer whose size is of no interest. */
  public Answer(
      int status,
      List<T> items,
      boolean blank,
      Optional<String> link,
      Optional<String> requestId,
      CallStats stats) {
    this(status, items, blank, link, requestId, 0, stats);
  }

  Answer<T> after(CallStats other) {
    return new Answer<>(status, items, blank, link, requestId, bytes, other);
  }
}
