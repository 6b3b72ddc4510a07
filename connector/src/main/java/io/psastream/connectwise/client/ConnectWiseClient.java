package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.metrics.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the ConnectWise API. A call waits for the site's rate limit, is sent, is retried where its
 * kind of failure permits, and its answer is read as a stream. Safe for use by several threads.
 */
public final class ConnectWiseClient implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectWiseClient.class);

  private final Site site;
  private final String company;
  private final Transport transport;
  private final Redactor redactor;
  private final Codebase codebase;
  private final RetryPolicy retries;
  private final Throttle throttle;
  private final int maxInFlight;
  private final ExecutorService readers;

  /** What a call has run out of memory with, which ends all others. */
  private final AtomicReference<OutOfMemoryError> exhausted;

  private final TroubleLog troubles;
  private final TroubleLog remarks;

  /** The operation that had each kind of trouble last. */
  private final Map<Kind, String> inTrouble;

  private final RequestMeter meter;

  private ConnectWiseClient(ClientSettings settings, MetricRegistry metrics, LongSupplier nanos) {
    site = Site.of(settings.site());
    transport = new Transport(settings);
    redactor = new Redactor(settings);
    company = settings.credentials().company();
    codebase = new Codebase(settings.codebase(), site, company, transport);
    retries = new RetryPolicy(settings.retry(), () -> ThreadLocalRandom.current().nextDouble());
    throttle =
        new Throttle(
            site.api() + " " + company + "+" + settings.credentials().publicKey(),
            settings.requestsPerMinute(),
            settings.maxInFlight());
    maxInFlight = settings.maxInFlight();
    readers = Threads.upTo(maxInFlight, "connectwise-read-ahead");
    troubles = new TroubleLog(LOG, nanos);
    inTrouble = new ConcurrentHashMap<>();
    exhausted = new AtomicReference<>();
    remarks = new TroubleLog(LOG, nanos, Duration.ofHours(1));
    meter = RequestMeter.of(metrics, throttle::perMinute, transport::connections);
  }

  private ConnectWiseClient(ConnectWiseClient same, Metrics query) {
    site = same.site;
    company = same.company;
    transport = same.transport;
    redactor = same.redactor;
    codebase = same.codebase;
    retries = same.retries;
    throttle = same.throttle;
    maxInFlight = same.maxInFlight;
    readers = same.readers;
    troubles = same.troubles;
    remarks = same.remarks;
    inTrouble = same.inTrouble;
    exhausted = same.exhausted;
    meter = same.meter.of(query);
  }

  /**
   * Opens a client; sends nothing yet.
   *
   * @throws IllegalArgumentException when the site URL or the codebase is not usable
   */
  public static ConnectWiseClient open(ClientSettings settings) {
    return open(settings, MetricRegistry.hidden());
  }

  /** The same with metrics, which are closed by whoever has opened them. */
  public static ConnectWiseClient open(ClientSettings settings, MetricRegistry metrics) {
    return open(settings, metrics, System::nanoTime);
  }

  /**
   * The same for tests of what is logged.
   *
   * @param nanos the clock by which lines are a minute apart
   */
  public static ConnectWiseClient open(
      ClientSettings settings, MetricRegistry metrics, LongSupplier nanos) {
    return new ConnectWiseClient(settings, metrics, nanos);
  }

  /**
   * The same client, whose requests and pages read ahead are counted for a query, too. Closing
   * either closes both.
   */
  public ConnectWiseClient countingFor(Metrics query) {
    return new ConnectWiseClient(this, query);
  }

  /**
   * Sends a call and reads its answer as trees. A bulk operation gives the outcome of each item.
   *
   * @throws ApiException when it did not succeed after all retries, or not for every item
   */
  public Answer<JsonNode> send(Call call) {
    return send(call, () -> true);
  }

  /**
   * The same for a caller that may lose its right to it.
   *
   * @param permitted asked after all waits, right before each request is sent
   * @throws ApiException as above; {@code CANCELLED} when a request was not permitted
   */
  public Answer<JsonNode> send(Call call, BooleanSupplier permitted) {
    Answer<JsonNode> answer = send(call, Json.TREE, new How(false, false, false, permitted));
    try {
      return BulkAnswer.checked(call, answer);
    } catch (ApiException e) {
      throw redactor.clean(e);
    }
  }

  /**
   * Sends a call and decodes its items while they arrive.
   *
   * @throws ApiException when it did not succeed after all retries, or the client was closed
   */
  public <T> Answer<T> send(Call call, ItemDecoder<T> decoder) {
    return send(call, decoder, new How(false, false, false, () -> true));
  }

  /**
   * Sends a call for a page of a list. The end of a list is {@code []}; a blank answer is not known
   * to be the end, and so is a failure.
   *
   * @param failOnTimeout whether to fail at the first timeout, or what may be one, for a caller
   *     that can ask for a smaller page (P9)
   * @param divisible whether the caller can ask for a smaller page, so that one fails as {@code
   *     TOO_LARGE} that takes more memory than its share
   */
  public <T> Answer<T> page(
      Call call, ItemDecoder<T> decoder, boolean failOnTimeout, boolean divisible) {
    return send(call, decoder, new How(true, failOnTimeout, divisible, () -> true));
  }

  /**
   * Warns of how an operation is read from now on, once and then once an hour.
   *
   * @param remark what many readings of the operation share, without anything of an answer
   */
  public void remark(String remark, String text) {
    remarks.warn(remark, text);
  }

  /**
   * Whether the {@code key_url} of a callback is one where this site tells keys of this company.
   */
  public boolean isKeyUrl(String keyUrl) {
    return site.callbackKey(keyUrl, company).isPresent();
  }

  /**
   * Reads the key that callbacks are signed with; sends once and waits for no rate limit.
   *
   * @param keyUrl the {@code key_url} of a callback (P32)
   * @throws IllegalArgumentException when it is not an address of this site and company; nothing is
   *     sent then
   * @throws ApiException when the site does not tell a key
   */
  public String signingKey(String keyUrl) {
    HttpUrl url =
        site.callbackKey(keyUrl, company)
            .orElseThrow(() -> new IllegalArgumentException("key_url is not of this site"));
    String name = "callbackkey GET " + url.encodedPath();
    try {
      return transport.readOwn(name, url, Json.TREE).items().stream()
          .map(item -> item.path("signing_key"))
          .filter(key -> key.isTextual() && !key.textValue().isBlank())
          .findFirst()
          .map(JsonNode::textValue)
          .orElseThrow(
              () ->
                  new ApiException(Failure.of(Kind.UNKNOWN, name, 200, "There is no signing_key")));
    } catch (ApiException e) {
      throw redactor.clean(e);
    }
  }

  /** How many requests may be in flight at once. */
  public int maxInFlight() {
    return maxInFlight;
  }

  /**
   * Runs a read on a thread of this client; idle threads end. After {@link #close} the read runs on
   * the caller's thread and fails at once.
   */
  public void readAhead(Runnable read) {
    meter.readAhead();
    try {
      readers.execute(read);
    } catch (RejectedExecutionException closed) {
      read.run();
    }
  }

  /** How a call is sent, as the callers say. */
  private record How(
      boolean page, boolean failOnTimeout, boolean divisible, BooleanSupplier permitted) {}

  private <T> Answer<T> send(Call call, ItemDecoder<T> decoder, How how) {
    try {
      return retried(call, decoder, how);
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

  private <T> Answer<T> retried(Call call, ItemDecoder<T> decoder, How how) {
    String name = call.name();
    long start = System.nanoTime();
    try {
      for (int attempts = 1; ; attempts++) {
        try {
          return attempt(name, call, decoder, how).after(stats(attempts, start));
        } catch (ApiException raw) {
          ApiException e = redactor.clean(raw);
          boolean last = how.failOnTimeout() && e.failure().mayBeTimeout();
          Optional<Duration> delay = last ? Optional.empty() : delay(e.failure(), call, attempts);
          if (delay.isEmpty()) {
            throw e.after(stats(attempts, start));
          }
          if (lasting(e.failure().kind())) {
            String text = "%s. Retrying in %d ms (attempt %d)";
            troubles.begin(
                trouble(e.failure()),
                text.formatted(e.getMessage(), delay.get().toMillis(), attempts + 1));
          }
          meter.retried();
          throttle.sleep(delay.get());
        }
      }
    } catch (Throttle.ClosedException e) {
      throw ApiException.cancelled(name, e);
    }
  }

  /**
   * Warns of a call that failed after all retries and is made again later. It is one trouble with
   * the retries, told by one voice, which also says when it is over.
   *
   * @param text the whole line, with what happens next
   */
  public void retriedLater(Failure failure, String text) {
    troubles.warn(trouble(failure), text);
  }

  /** Whether calls are retried for long; of others the caller soon tells what came of them. */
  private static boolean lasting(Kind kind) {
    return kind == Kind.UNAVAILABLE || kind == Kind.THROTTLED || kind == Kind.TIMEOUT;
  }

  private String trouble(Failure failure) {
    inTrouble.put(failure.kind(), failure.operation());
    return trouble(failure.kind(), failure.operation());
  }

  /** What is away or limits requests is the site; other troubles are those of an operation. */
  private static String trouble(Kind kind, String operation) {
    return switch (kind) {
      case UNAVAILABLE -> "the site is unavailable";
      case THROTTLED -> "the site limits requests";
      default -> operation + " fails: " + kind.name().toLowerCase(Locale.ROOT);
    };
  }

  /**
   * An answer ends the troubles of its operation. Those of the site it ends where it is of the
   * operation that had them last, or a minute after them: a single path may be away.
   */
  private void answered(Call call, long sent) {
    if (troubles.lasts()) {
      String operation = Failure.operation(call.name());
      for (Kind kind : Kind.values()) {
        boolean ofSite = kind == Kind.UNAVAILABLE || kind == Kind.THROTTLED;
        boolean own = !ofSite || operation.equals(inTrouble.get(kind));
        troubles.over(trouble(kind, operation), own ? sent : sent - TroubleLog.INTERVAL.toNanos());
      }
    }
  }

  private static CallStats stats(int attempts, long start) {
    return new CallStats(attempts, Duration.ofNanos(System.nanoTime() - start));
  }

  private <T> Answer<T> attempt(String name, Call call, ItemDecoder<T> decoder, How how)
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
      Answer<T> answer = routed(name, call, decoder, how);
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
      answered(call, sent);
      meter.answered(call, System.nanoTime() - start);
      return answer;
    } catch (ApiException e) {
      meter.failed(call, e.failure().kind(), System.nanoTime() - start);
      throw e;
    } finally {
      throttle.exit();
    }
  }

  /** Sends once, and once more when the codebase of the site has changed (P2). */
  private <T> Answer<T> routed(String name, Call call, ItemDecoder<T> decoder, How how) {
    String base = codebase.current();
    try {
      return transport.send(call, url(name, base, call), decoder, how.divisible(), how.permitted());
    } catch (ApiException e) {
      boolean misrouted = e.failure().kind() == Kind.MISROUTED && e.failure().status() >= 400;
      if (!misrouted || !codebase.movedFrom(base)) {
        throw e;
      }
      String moved = codebase.current();
      LOG.info(
          "The codebase of {} has changed from {} to {}; the call is sent again",
          site.api(),
          base,
          moved);
      return transport.send(
          call, url(name, moved, call), decoder, how.divisible(), how.permitted());
    }
  }

  private HttpUrl url(String name, String base, Call call) {
    try {
      return site.url(base, call);
    } catch (IllegalArgumentException e) {
      throw new ApiException(Failure.of(Kind.REJECTED, name, 0, e.getMessage()), e);
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
   * The server's current time, computed from the newest {@code Date} header; empty before the
   * first.
   */
  public Optional<Instant> serverTime() {
    return transport.serverTime();
  }

  /**
   * Interrupts a thread and ends its call, which an interrupt alone does not: {@code CANCELLED}, or
   * {@code AMBIGUOUS} where it must not be repeated and was sent (P35).
   */
  public void interrupt(Thread thread) {
    thread.interrupt();
    transport.cancel(thread);
  }

  /** Ends every call and every wait at once; those fail as {@code CANCELLED}. Idempotent. */
  @Override
  public void close() {
    throttle.close();
    transport.close();
    readers.shutdown(); // reads that are queued still run, and fail at once
  }
}
