package io.psastream.connectwise.client;

/** A call that did not succeed, after the retries that its kind of failure deserves. */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  /** The cause may be null: an answer that came whole has none. */
  public ApiException(Failure failure, Throwable cause) {
    super(failure.toString(), cause);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
