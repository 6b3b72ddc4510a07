package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one site, which all views of a client share: a call waits for the rate limit, is sent,
 * and is retried where its kind of failure permits. Safe for use by several threads.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>No exception leaves with a secret of the connection in it.
 *   <li>{@link #close} ends every call and every wait, for all views; a call that runs out of
 *       memory closes it, and the calls that this ends fail with the same error.
 * </ul>
 */
final class Channel implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Channel.class);

  private final Transport transport;
  private final Redactor redactor;
  private final Codebase codebase;
  private final RetryPolicy retries;
  private final Throttle throttle;
  private final int maxInFlight;
  private final ExecutorService readers;
  private final SiteTroubles troubles;

  /** What a call has run out of memory with, which ends all others. */
  private final AtomicReference<OutOfMemoryError> exhausted = new AtomicReference<>();

  /**
   * How a call is sent, as the callers say.
   *
   * @param page whether a blank answer is a failure
   * @param failOnTimeout whether to fail at the first timeout, or what may be one
   * @param divisible whether the answer can be asked for in smaller parts
   * @param permitted asked right before each request is sent
   * @param label what a line begins with that is logged of it
   */
  record How(
      boolean page,
      boolean failOnTimeout,
      boolean divisible,
      BooleanSupplier permitted,
      String label) {}

  /**
   * Opens the channel; sends nothing yet.
   *
   * @throws IllegalArgumentException when the codebase is not usable
   */
  Channel(ClientSettings settings, Site site, SiteTroubles troubles) {
    this.troubles = troubles;
    String company = settings.credentials().company();
    transport = new Transport(settings);
    redactor = new Redactor(settings);
    codebase = new Codebase(settings.codebase(), site, company, transport);
    retries = new RetryPolicy(settings.retry(), () -> ThreadLocalRandom.current().nextDouble());
    throttle =
        new Throttle(
            site.api() + " " + company + "+" + settings.credentials().publicKey(),
            settings.requestsPerMinute(),
            settings.maxInFlight());
    maxInFlight = settings.maxInFlight();
    readers = Threads.upTo(maxInFlight, "connectwise-read-ahead");
  }

  /** What counts the requests of this channel. */
  RequestMeter meter(MetricRegistry metrics) {
    return RequestMeter.of(metrics, throttle::perMinute, transport::connections);
  }

  /**
   * Sends a call until it succeeds or is not to be retried.
   *
   * @param meter counts its requests
   * @throws ApiException when it did not succeed after all retries, or the channel was closed
   */
  <T> Answer<T> send(Call call, ItemDecoder<T> decoder, How how, RequestMeter meter) {
    try {
      return retried(call, decoder, how, meter);
    } catch (OutOfMemoryError e) {
      exhausted.set(e);
      close(); // what the other calls hold is needed for what follows
      throw e;
    } catch (ApiException e) {
      if (exhausted.get() != null && e.failure().kind() == Kind.CANCELLED) {
        throw exhausted.get(); // cancelled for that reason, which callers must not take for a stop
      }
      throw e;
    }
  }

  /**
   * The same as trees, where a bulk operation gives the outcome of each item.
   *
   * @throws ApiException as above, or when it did not succeed for every item
   */
  Answer<JsonNode> sendItems(Call call, How how, RequestMeter meter) {
    Answer<JsonNode> answer = send(call, Json.TREE, how, meter);
    try {
      return BulkAnswer.checked(call, answer);
    } catch (ApiException e) {
      throw redactor.clean(e);
    }
  }

  private <T> Answer<T> retried(Call call, ItemDecoder<T> decoder, How how, RequestMeter meter) {
    String name = call.name();
    long start = System.nanoTime();
    try {
      for (int attempts = 1; ; attempts++) {
        try {
          return attempt(name, call, decoder, how, meter).after(stats(attempts, start));
        } catch (ApiException raw) {
          ApiException e = redactor.clean(raw);
          boolean last = how.failOnTimeout() && e.failure().mayBeTimeout();
          Optional<Duration> delay = last ? Optional.empty() : delay(e.failure(), call, attempts);
          if (delay.isEmpty()) {
            throw e.after(stats(attempts, start));
          }
          troubles.retrying(how.label(), e, delay.get(), attempts + 1);
          meter.retried();
          throttle.sleep(delay.get());
        }
      }
    } catch (Throttle.ClosedException e) {
      throw ApiException.cancelled(name, e);
    }
  }

  private static CallStats stats(int attempts, long start) {
    return new CallStats(attempts, Duration.ofNanos(System.nanoTime() - start));
  }

  private <T> Answer<T> attempt(
      String name, Call call, ItemDecoder<T> decoder, How how, RequestMeter meter)
      throws Throttle.ClosedException {
    if (call.operation().method() != HttpMethod.GET) {
      throttle.writes();
    }
    long asked = System.nanoTime();
    throttle.enter();
    long start = System.nanoTime();
    meter.waited(start - asked);
    long sent = troubles.now();
    try {
      Answer<T> answer =
          codebase.routed(
              call, url -> transport.send(call, url, decoder, how.divisible(), how.permitted()));
      LOG.debug(
          "{} → {} with {} items in {} ms",
          name,
          answer.status(),
          answer.items().size(),
          (System.nanoTime() - start) / 1_000_000);
      if (how.page() && answer.blank()) {
        throw new ApiException(
            Failure.of(
                Kind.UNAVAILABLE,
                name,
                answer.status(),
                "The body is empty or null instead of a list"));
      }
      troubles.answered(call, sent);
      meter.answered(call, System.nanoTime() - start);
      return answer;
    } catch (ApiException e) {
      meter.failed(call, e.failure().kind(), System.nanoTime() - start);
      throw e;
    } finally {
      throttle.exit();
    }
  }

  private Optional<Duration> delay(Failure failure, Call call, int attempts) {
    Optional<Duration> delay = retries.delay(failure, RetryPolicy.repeatable(call), attempts);
    if (failure.kind() == Kind.THROTTLED) {
      throttle.slowDown();
    }
    // Retry-After of one call applies to all callers (P1).
    failure.retryAfter().or(() -> throttledDelay(failure, delay)).ifPresent(throttle::pause);
    return delay;
  }

  private static Optional<Duration> throttledDelay(Failure failure, Optional<Duration> delay) {
    return failure.kind() == Kind.THROTTLED ? delay : Optional.empty();
  }

  /**
   * Reads a text of an object that the site has outside the API; sends once and waits for no rate
   * limit.
   *
   * @throws ApiException when it fails, or there is no such text
   */
  String readOwn(String name, HttpUrl url, String field) {
    try {
      return transport.readOwn(name, url, Json.TREE).items().stream()
          .map(item -> item.path(field))
          .filter(text -> text.isTextual() && !text.textValue().isBlank())
          .findFirst()
          .map(JsonNode::textValue)
          .orElseThrow(
              () -> new ApiException(Failure.of(Kind.UNKNOWN, name, 200, "There is no " + field)));
    } catch (ApiException e) {
      throw redactor.clean(e);
    }
  }

  /** How many requests may be in flight at once. */
  int maxInFlight() {
    return maxInFlight;
  }

  /** Runs a read on a thread of its own, and after {@link #close} on the caller's. */
  void readAhead(Runnable read) {
    try {
      readers.execute(read);
    } catch (RejectedExecutionException closed) {
      read.run();
    }
  }

  /** The server's current time; empty before the first answer. */
  Optional<Instant> serverTime() {
    return transport.serverTime();
  }

  /** Ends the call that a thread is making. */
  void cancel(Thread thread) {
    transport.cancel(thread);
  }

  @Override
  public void close() {
    throttle.close();
    transport.close();
    readers.shutdown(); // reads that are queued still run, and fail at once
  }
}
