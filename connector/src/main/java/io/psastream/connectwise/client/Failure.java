package io.psastream.connectwise.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Why a call did not succeed.
 *
 * @param kind what it means for the caller
 * @param call the call, as {@code getServiceTickets GET /service/tickets}
 * @param status the HTTP status; 0 when no answer came
 * @param code the API's own code, such as {@code NotFound}
 * @param message what the API (or the network) said, cut to a readable length
 * @param details the API's {@code errors[]}
 * @param requestId the {@code x-cw-request-id} (or Cloudflare's {@code cf-ray}) header
 * @param retryAfter how long the server asked to wait
 */
public record Failure(
    Kind kind,
    String call,
    int status,
    Optional<String> code,
    Optional<String> message,
    List<Detail> details,
    Optional<String> requestId,
    Optional<Duration> retryAfter) {

  /** What a failure means for the caller. */
  public enum Kind {
    /** The keys, the company or the clientId are wrong: nothing will succeed. */
    UNAUTHORIZED,
    /** The member's role does not permit this operation; others may be permitted. */
    FORBIDDEN,
    /** The request is wrong and will be wrong again. */
    REJECTED,
    /** The API says that the item does not exist (its own {@code NotFound}, P3). */
    NOT_FOUND,
    /**
     * The endpoint, the codebase or the host is wrong: the answer is not the API's (P2, P3, P6).
     */
    MISROUTED,
    /** The record is in use (409, P15). */
    CONFLICT,
    /** Too many requests (P1). */
    THROTTLED,
    /** The server or the network took too long; a smaller page may succeed (P9). */
    TIMEOUT,
    /** The server or the network is down for now. */
    UNAVAILABLE,
    /** The answer to a call that must not be repeated was lost: it may have been applied (P35). */
    AMBIGUOUS,
    /** 500 without a reason: as often a wrong request as a server fault (P8). */
    UNKNOWN,
    /** The client was closed meanwhile. */
    CANCELLED
  }

  /** One entry of the API's {@code errors[]}. */
  public record Detail(Optional<String> code, Optional<String> field, Optional<String> message) {}

  /**
   * The failure in one line: {@code <OperationId> <METHOD> <path> → <status> <API code> "<API
   * message>" [field: message; …] (x-cw-request-id …)}.
   */
  @Override
  public String toString() {
    return call;
  }
}
