package io.psastream.connectwise.sandbox.machine;

/** Something in the sandbox is not as it should be; the message is for the person who runs it. */
public final class SandboxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SandboxException(String message) {
    super(message);
  }

  public SandboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
