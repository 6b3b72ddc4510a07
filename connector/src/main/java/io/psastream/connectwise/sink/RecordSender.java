package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Sends the calls of records and finds out what a failure is about where the answer alone does not
 * tell: whether an answer that is not the API's concerns the record or the site (P2, P6), and
 * whether what was not found is the item that the call addresses (P3, P43). Safe for use by several
 * threads.
 */
final class RecordSender implements RecordApplier.Sender {

  /** A list that needs credentials and that every site has; what a role may read is no matter. */
  private static final String PROBE = "getCompanyCompaniesCount";

  /** So often a call is misrouted, while the site answers, before that is the record's own. */
  private static final int MISROUTED = 2;

  /** How long a site that has answered before may be misrouted: an upgrade takes minutes. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** The same for a page in the place of JSON when nothing is known of the site yet. */
  private static final Duration LONGEST_PAGE = Duration.ofMinutes(1);

  /** So many refusals in a row are the keys' where the probe has never been permitted. */
  private static final int MANY = 10;

  /** How long a probe that was permitted speaks for the keys, so that a role costs few calls. */
  private static final Duration LATELY = Duration.ofSeconds(1);

  private static final long NONE = Long.MIN_VALUE;

  private final RecordApplier.Sender client;
  private final Catalog catalog;
  private final LongSupplier nanos;
  private final AtomicLong misroutedSince = new AtomicLong(NONE);
  private volatile boolean proven;

  /** How many calls were begun; each has its number. */
  private final AtomicLong begun = new AtomicLong();

  /** The highest number of a call that has succeeded; 0 for none. */
  private final AtomicLong served = new AtomicLong();

  /** How many calls in a row were refused while nothing succeeded. */
  private final AtomicLong refused = new AtomicLong();

  /** When a probe was last permitted. */
  private final AtomicLong permittedAt = new AtomicLong(NONE);

  /** A read that was permitted. */
  private volatile Optional<Call> read = Optional.empty();

  /**
   * @param client sends a call, or fails with an {@link ApiException}
   * @param nanos a clock such as {@link System#nanoTime}
   */
  RecordSender(RecordApplier.Sender client, Catalog catalog, LongSupplier nanos) {
    this.client = client;
    this.catalog = catalog;
    this.nanos = nanos;
  }

  /**
   * Sends a call.
   *
   * @throws ApiException when it fails; as {@code MISROUTED} only when that is true of the site,
   *     and as {@code NOT_FOUND} only when the item that it addresses does not exist
   */
  @Override
  public Answer<JsonNode> apply(Call call, BooleanSupplier permitted) {
    for (int misrouted = 1; ; misrouted++) {
      long number = begun.incrementAndGet();
      try {
        return send(call, number, permitted);
      } catch (ApiException e) {
        if (e.failure().kind() == Kind.NOT_FOUND && !isOfItem(call, permitted)) {
          throw as(
              Kind.REJECTED,
              e,
              "What was not found is not, or not certainly, the item itself but something that the"
                  + " record refers to");
        }
        if (e.failure().kind() != Kind.MISROUTED) {
          checkKeys(e, number, permitted);
          throw e;
        }
        checkSite(e, permitted);
        if (misrouted == MISROUTED) {
          throw as(
              Kind.REJECTED,
              e,
              "The site answers other calls: check what the record gives for the parameters");
        }
      }
    }
  }

  private Answer<JsonNode> send(Call call, BooleanSupplier permitted) {
    return send(call, begun.incrementAndGet(), permitted);
  }

  private Answer<JsonNode> send(Call call, long number, BooleanSupplier permitted) {
    try {
      Answer<JsonNode> answer = client.apply(call, permitted);
      served.accumulateAndGet(number, Math::max);
      refused.set(0);
      if (call.operation().method() == HttpMethod.GET) {
        read = Optional.of(call);
      }
      answered();
      return answer;
    } catch (ApiException e) {
      if (isOfApi(e.failure())) {
        answered();
      }
      throw e;
    }
  }

  private void answered() {
    proven = true;
    if (misroutedSince.get() != NONE) {
      misroutedSince.set(NONE);
    }
  }

  /** Whether it is certain that the API itself has answered, and knows the caller. */
  private static boolean isOfApi(Failure failure) {
    return switch (failure.kind()) {
      case FORBIDDEN, REJECTED, CONFLICT, UNKNOWN -> failure.code().isPresent();
      case NOT_FOUND -> true;
      case UNAUTHORIZED,
          TOO_LARGE,
          MISROUTED,
          THROTTLED,
          TIMEOUT,
          UNAVAILABLE,
          AMBIGUOUS,
          CANCELLED ->
          false;
    };
  }

  /**
   * Fails otherwise where nothing is permitted any more: a clientId that is missing, not known or
   * revoked is answered as 403 or 400, as what a role or a record lacks is. A role may forbid the
   * probe, too, so its refusal counts where a read has been permitted before, or nothing ever, or
   * many others are refused.
   */
  private void checkKeys(ApiException e, long number, BooleanSupplier permitted) {
    if (!mayBeOfKeys(e.failure()) || served.get() > number || permittedLately()) {
      return;
    }
    long row = refused.incrementAndGet();
    Optional<Call> before = read;
    Call probe = Call.of(catalog.operation(PROBE), Map.of(), Map.of());
    if (before.filter(it -> !isRefused(it, permitted)).isPresent()
        || !isRefused(probe, permitted)) {
      permittedAt.set(nanos.getAsLong());
      return;
    }
    if (before.isPresent() || served.get() == 0 || row >= MANY) {
      throw as(
          Kind.UNAUTHORIZED,
          e,
          "Nothing "
              + (served.get() == 0 ? "has been permitted so far, " : "is permitted any more, ")
              + PROBE
              + " neither: check connectwise.client.id, connectwise.username,"
              + " connectwise.password and the security role of the API member");
    }
  }

  /**
   * What names fields is of the record once any call has succeeded; before that it may be of what
   * all calls carry, since a 400 may name the clientId.
   */
  private boolean mayBeOfKeys(Failure failure) {
    boolean field = failure.details().stream().anyMatch(detail -> detail.field().isPresent());
    return failure.kind() == Kind.FORBIDDEN
        || (failure.kind() == Kind.REJECTED && (!field || served.get() == 0));
  }

  private boolean permittedLately() {
    long at = permittedAt.get();
    return at != NONE && nanos.getAsLong() - at < LATELY.toNanos();
  }

  private boolean isRefused(Call harmless, BooleanSupplier permitted) {
    try {
      send(harmless, permitted);
      return false;
    } catch (ApiException e) {
      return switch (e.failure().kind()) {
        case THROTTLED, TIMEOUT, UNAVAILABLE, CANCELLED -> throw e;
        case FORBIDDEN, REJECTED, UNAUTHORIZED -> true;
        default -> false;
      };
    }
  }

  /** Returns where the API answers another call. */
  private void checkSite(ApiException e, BooleanSupplier permitted) {
    try {
      send(Call.of(catalog.operation(PROBE), Map.of(), Map.of()), permitted);
    } catch (ApiException probe) {
      if (isOfApi(probe.failure())) {
        return;
      }
      throw probe.failure().kind() == Kind.MISROUTED ? ofSite(e) : probe;
    }
  }

  /** Passing trouble, unless it lasts, or was there from the start. */
  private ApiException ofSite(ApiException e) {
    misroutedSince.compareAndSet(NONE, nanos.getAsLong());
    long since = misroutedSince.get();
    boolean page = e.failure().status() / 100 == 2;
    Duration longest = proven ? LONGEST : page ? LONGEST_PAGE : Duration.ZERO;
    boolean passing = since == NONE || nanos.getAsLong() - since < longest.toNanos();
    return passing
        ? as(Kind.UNAVAILABLE, e, e.failure().hint().orElse("Check connectwise.site.url"))
        : e;
  }

  private static ApiException as(Kind kind, ApiException e, String hint) {
    return new ApiException(e.failure().as(kind, hint), e.getCause()).after(e.stats());
  }

  /**
   * Whether the item of a call is what was not found. A call that says nothing but the path can
   * mean nothing else; of any other the item itself is asked for.
   */
  private boolean isOfItem(Call call, BooleanSupplier permitted) {
    boolean bare = call.query().isEmpty() && call.body().isEmpty();
    if (bare || call.operation().method() == HttpMethod.POST) {
      return true;
    }
    Optional<Call> read =
        call.operation().siblings().get().map(catalog::operation).map(it -> read(it, call));
    if (read.isEmpty()) {
      return false;
    }
    try {
      send(read.get(), permitted);
      return false;
    } catch (ApiException e) {
      return switch (e.failure().kind()) {
        case NOT_FOUND -> true;
        case THROTTLED, TIMEOUT, UNAVAILABLE, CANCELLED -> throw e;
        default -> false;
      };
    }
  }

  /** The path parameters of the read take the values of the call's by their position. */
  private static Call read(Operation get, Call call) {
    List<String> names = call.operation().path().parameters();
    Map<String, String> path = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      path.put(get.path().parameters().get(i), call.path().get(names.get(i)));
    }
    return Call.of(get, path, Map.of());
  }
}
