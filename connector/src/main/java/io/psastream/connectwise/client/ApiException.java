package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A call that failed and is not retried any more. Its message is the failure in one line, followed
 * by the hint as a second sentence where there is one.
 */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;
  private final transient CallStats stats;
  private final transient List<JsonNode> items;

  /** A failure without a cause: the answer was complete. */
  public ApiException(Failure failure) {
    this(failure, null);
  }

  /** The cause may be null. */
  public ApiException(Failure failure, Throwable cause) {
    this(failure, cause, CallStats.NONE, List.of());
  }

  private ApiException(Failure failure, Throwable cause, CallStats stats, List<JsonNode> items) {
    super(failure + failure.hint().map(hint -> ". " + hint).orElse(""), cause);
    this.failure = failure;
    this.stats = stats;
    this.items = items;
  }

  /** A call that ended because the client was closed or the thread interrupted. */
  public static ApiException cancelled(String call, Exception cause) {
    return new ApiException(
        Failure.of(Failure.Kind.CANCELLED, call, 0, "The client was closed"), cause);
  }

  public Failure failure() {
    return failure;
  }

  /** The attempts and the duration of the call. */
  public CallStats stats() {
    return stats;
  }

  /** The same failure with other statistics. */
  public ApiException after(CallStats other) {
    return new ApiException(failure, getCause(), other, items);
  }

  /** The outcomes of all items of a bulk operation; empty for other calls. */
  public List<JsonNode> items() {
    return items;
  }

  ApiException with(List<JsonNode> others) {
    return new ApiException(failure, getCause(), stats, List.copyOf(others));
  }

  /** The same of another failure, and for another reason. */
  ApiException as(Failure other, Throwable cause, List<JsonNode> others) {
    return new ApiException(other, cause, stats, others);
  }
}
