package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.ClientSettings.Retry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * Says whether and after which delay a call is tried again, by the kind of its failure and by
 * whether the call may be repeated. Pure: it computes, the {@link Throttle} waits.
 *
 * <p>Exponential backoff with full jitter, at least what {@code Retry-After} asks. What is wrong
 * with the request or the credentials is never tried again (P10: no storms that lock an account
 * out).
 */
final class RetryPolicy {

  /** Tries of a 500 (P8), a record in use (P15) and a 2xx that is not the API's (P6). */
  private static final int FEW_TRIES = 3;

  private static final int CONFLICT_TRIES = 5;

  /** POSTs that only read, so that repeating them creates nothing (api.md §3, §7). */
  private static final Pattern READS = Pattern.compile("/.*/search|/system/bundles(/count)?");

  private final Retry retry;
  private final DoubleSupplier random;

  /** The random numbers are in [0, 1). */
  RetryPolicy(Retry retry, DoubleSupplier random) {
    this.retry = retry;
    this.random = random;
  }

  /**
   * Whether a call may be sent again although the first may have been applied (P35): everything but
   * a POST that writes and a PATCH that adds or removes.
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
   * The delay before the next try; empty when there is none.
   *
   * @param tries how many were made
   */
  Optional<Duration> delay(Failure failure, boolean repeatable, int tries) {
    if (tries >= Math.min(tries(failure, repeatable), 1 + (long) retry.maxRetries())) {
      return Optional.empty();
    }
    Duration backoff = backoff(tries);
    return Optional.of(failure.retryAfter().map(backoff::plus).orElse(backoff));
  }

  private static int tries(Failure failure, boolean repeatable) {
    return switch (failure.kind()) {
      case UNAUTHORIZED, FORBIDDEN, REJECTED, TOO_LARGE, NOT_FOUND, AMBIGUOUS, CANCELLED -> 1;
      // A page instead of JSON may be a gateway's passing trouble, a 404 is not.
      case MISROUTED -> failure.status() / 100 == 2 && repeatable ? FEW_TRIES : 1;
      case UNKNOWN -> repeatable ? FEW_TRIES : 1;
      case CONFLICT -> CONFLICT_TRIES;
      case THROTTLED, TIMEOUT, UNAVAILABLE -> Integer.MAX_VALUE;
    };
  }

  private Duration backoff(int tries) {
    double bound = (double) retry.backoff().toMillis() * Math.pow(2, Math.min(tries, 32) - 1);
    return Duration.ofMillis(
        Math.round(random.getAsDouble() * Math.min(bound, (double) retry.backoffMax().toMillis())));
  }
}
