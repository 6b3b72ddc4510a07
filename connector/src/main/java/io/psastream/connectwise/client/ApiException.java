package io.psastream.connectwise.client;

/**
 * A call that did not succeed, after the retries that its kind of failure deserves. Its message is
 * the failure in one line, and the hint as a second sentence where there is one.
 */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  /** A failure that came as an answer. */
  public ApiException(Failure failure) {
    this(failure, null);
  }

  /** The cause may be null: an answer that came whole has none. */
  public ApiException(Failure failure, Throwable cause) {
    super(failure + failure.hint().map(hint -> ". " + hint).orElse(""), cause);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
