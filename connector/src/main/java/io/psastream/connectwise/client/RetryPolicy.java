package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.ClientSettings.Retry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * Decides whether and after which delay a call is retried, by the kind of its failure and by
 * whether the call may be repeated. Pure: it computes delays, the {@link Throttle} waits.
 *
 * <p>The delay is an exponential backoff with full jitter, plus the time that {@code Retry-After}
 * asks for. A failure that is the fault of the request or the credentials is never retried, since
 * repeated logins with wrong keys may lock an account (P10).
 */
final class RetryPolicy {

  /** Attempts after a 500 (P8), or after a 2xx that is not the API's (P6) or no HTTP. */
  private static final int FEW_ATTEMPTS = 3;

  /** Attempts while a record is in use (P15). */
  private static final int CONFLICT_ATTEMPTS = 5;

  /**
   * The paths of POSTs that only read, so that repeating them creates nothing
   * (docs/connectwise-api.md section 3, section 7).
   */
  private static final Pattern READS = Pattern.compile("/.*/search|/system/bundles(/count)?");

  private final Retry retry;
  private final DoubleSupplier random;

  /** The random numbers are in [0, 1). */
  RetryPolicy(Retry retry, DoubleSupplier random) {
    this.retry = retry;
    this.random = random;
  }

  /**
   * Whether a call may be sent again when the first one may have been applied (P35). Not repeatable
   * are a POST that writes and a PATCH that adds or removes.
   */
  static boolean repeatable(Call call) {
    return switch (call.operation().method()) {
      case GET, PUT, DELETE -> true;
      case PATCH -> call.body().filter(RetryPolicy::onlyReplaces).isPresent();
      case POST -> READS.matcher(call.operation().path().toString()).matches();
    };
  }

  private static boolean onlyReplaces(JsonNode patch) {
    if (!patch.isArray() || patch.isEmpty()) {
      return false;
    }
    for (JsonNode operation : patch) {
      if (!operation.path("op").asText().equalsIgnoreCase("replace")) {
        return false;
      }
    }
    return true;
  }

  /**
   * The delay before the next attempt; empty when there is none.
   *
   * @param attempts how often the call was sent
   */
  Optional<Duration> delay(Failure failure, boolean repeatable, int attempts) {
    if (attempts >= Math.min(maxAttempts(failure, repeatable), 1 + (long) retry.maxRetries())) {
      return Optional.empty();
    }
    Duration backoff = backoff(attempts);
    return Optional.of(failure.retryAfter().map(backoff::plus).orElse(backoff));
  }

  private static int maxAttempts(Failure failure, boolean repeatable) {
    return switch (failure.kind()) {
      case UNAUTHORIZED, FORBIDDEN, REJECTED, TOO_LARGE, NOT_FOUND, AMBIGUOUS, CANCELLED -> 1;
      // A gateway may answer with a web page for a while; a 404 is permanent.
      case MISROUTED -> Failures.unreadable(failure) && repeatable ? FEW_ATTEMPTS : 1;
      case UNKNOWN -> repeatable ? FEW_ATTEMPTS : 1;
      case CONFLICT -> CONFLICT_ATTEMPTS;
      case THROTTLED, TIMEOUT, UNAVAILABLE -> Integer.MAX_VALUE;
    };
  }

  private Duration backoff(int attempts) {
    double bound = (double) retry.backoff().toMillis() * Math.pow(2, Math.min(attempts, 32) - 1);
    return Duration.ofMillis(
        Math.round(random.getAsDouble() * Math.min(bound, (double) retry.backoffMax().toMillis())));
  }
}
