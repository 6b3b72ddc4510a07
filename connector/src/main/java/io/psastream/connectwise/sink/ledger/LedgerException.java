package io.psastream.connectwise.sink.ledger;

/** The ledger cannot be written, so nothing may be created. */
public final class LedgerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean fatal;

  LedgerException(String message, boolean fatal, Throwable cause) {
    super(message, cause);
    this.fatal = fatal;
  }

  /** Whether waiting does not help, so that the task has to stop. */
  public boolean fatal() {
    return fatal;
  }
}
