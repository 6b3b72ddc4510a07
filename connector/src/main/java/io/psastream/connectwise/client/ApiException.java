package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A call that did not succeed, after the retries that its kind of failure deserves. Its message is
 * the failure in one line, and the hint as a second sentence where there is one.
 */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;
  private final transient CallStats stats;
  private final transient List<JsonNode> items;

  /** A failure that came as an answer. */
  public ApiException(Failure failure) {
    this(failure, null);
  }

  /** The cause may be null: an answer that came whole has none. */
  public ApiException(Failure failure, Throwable cause) {
    this(failure, cause, CallStats.NONE, List.of());
  }

  private ApiException(Failure failure, Throwable cause, CallStats stats, List<JsonNode> items) {
    super(failure + failure.hint().map(hint -> ". " + hint).orElse(""), cause);
    this.failure = failure;
    this.stats = stats;
    this.items = items;
  }

  /** A call that was ended from this side. */
  public static ApiException cancelled(String call, Exception cause) {
    return new ApiException(
        Failure.of(Failure.Kind.CANCELLED, call, 0, "The client was closed"), cause);
  }

  public Failure failure() {
    return failure;
  }

  /** What the call took, with all its tries. */
  public CallStats stats() {
    return stats;
  }

  /** The same failure of a call that took this. */
  public ApiException after(CallStats other) {
    return new ApiException(failure, getCause(), other, items);
  }

  /** What was answered nevertheless: the outcomes of the items of a bulk operation. */
  public List<JsonNode> items() {
    return items;
  }

  ApiException with(List<JsonNode> others) {
    return new ApiException(failure, getCause(), stats, List.copyOf(others));
  }
}
