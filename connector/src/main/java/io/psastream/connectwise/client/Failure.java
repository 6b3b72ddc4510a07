package io.psastream.connectwise.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a call did not succeed.
 *
 * @param kind the class of the failure, by which callers decide
 * @param call the call, as {@code getServiceTickets GET /service/tickets}
 * @param status the HTTP status; 0 when no answer came
 * @param code the API's own code, such as {@code NotFound}
 * @param message the message of the API or of the network error, truncated
 * @param details the API's {@code errors[]}
 * @param requestId the {@code x-cw-request-id} header, or {@code cf-ray} and Cloudflare's id
 * @param retryAfter the time of {@code Retry-After}, capped
 * @param hint what to check or change, as a whole sentence
 */
public record Failure(
    Kind kind,
    String call,
    int status,
    Optional<String> code,
    Optional<String> message,
    List<Detail> details,
    Optional<String> requestId,
    Optional<Duration> retryAfter,
    Optional<String> hint) {

  /** The classes of failures. */
  public enum Kind {
    /** The keys, the company or the clientId are wrong: every call would fail. */
    UNAUTHORIZED,
    /** The member's role does not permit this operation; others may be permitted. */
    FORBIDDEN,
    /** The request is invalid, and so would be the same one later. */
    REJECTED,
    /** The answer is larger than {@code http.response.max.bytes}. */
    TOO_LARGE,
    /** The API says that the item does not exist (its own {@code NotFound}, P3). */
    NOT_FOUND,
    /**
     * The endpoint, the codebase or the host is wrong: the answer is not the API's (P2, P3, P6), or
     * TLS does not let one come.
     */
    MISROUTED,
    /** The record is in use (409, P15). */
    CONFLICT,
    /** Too many requests (P1). */
    THROTTLED,
    /** The server or the network took too long; a smaller page may succeed (P9). */
    TIMEOUT,
    /** The server or the network is temporarily down. */
    UNAVAILABLE,
    /** The answer to a call that must not be repeated was lost: it may have been applied (P35). */
    AMBIGUOUS,
    /** 500 without a reason: an invalid request as often as a fault of the server (P8). */
    UNKNOWN,
    /** The client was closed before the call ended. */
    CANCELLED
  }

  /** One entry of the API's {@code errors[]}. */
  public record Detail(Optional<String> code, Optional<String> field, Optional<String> message) {

    /** {@code field: message}, without the part that is absent. */
    @Override
    public String toString() {
      return Stream.of(field, message.or(() -> code))
          .flatMap(Optional::stream)
          .collect(Collectors.joining(": "));
    }
  }

  /** A failure without code, details, request id, Retry-After and hint. */
  public static Failure of(Kind kind, String call, int status, String message) {
    return new Failure(
        kind,
        call,
        status,
        Optional.empty(),
        Optional.of(message),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The OperationId of the call; of an operation that is given as text its method. */
  public String operation() {
    return operation(call);
  }

  static String operation(String call) {
    return call.split(" ", 2)[0];
  }

  /** Whether a smaller page may succeed: a database that times out answers 500, too (P8, P9). */
  public boolean mayBeTimeout() {
    return kind == Kind.TIMEOUT || (kind == Kind.UNKNOWN && status == 500);
  }

  /** The same failure with another kind and hint. */
  public Failure as(Kind other, String otherHint) {
    return new Failure(
        other, call, status, code, message, details, requestId, retryAfter, Optional.of(otherHint));
  }

  public Failure withHint(String other) {
    return as(kind, other);
  }

  /**
   * The failure in one line: {@code <OperationId> <METHOD> <path> → <status> <API code> "<API
   * message>" [field: message; …] (x-cw-request-id …)}. The hint is not part of it.
   */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(call).append(" → ");
    line.append(status == 0 ? "no answer" : String.valueOf(status));
    code.ifPresent(it -> line.append(' ').append(it));
    message.ifPresent(it -> line.append(" \"").append(it).append('"'));
    if (!details.isEmpty()) {
      line.append(
          details.stream().map(Detail::toString).collect(Collectors.joining("; ", " [", "]")));
    }
    requestId.ifPresent(
        it ->
            line.append(" (")
                .append(it.startsWith("cf-ray ") ? "" : "x-cw-request-id ")
                .append(it)
                .append(')'));
    return line.toString();
  }
}
