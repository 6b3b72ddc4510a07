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

  private static final long NONE = Long.MIN_VALUE;

  private final RecordApplier.Sender client;
  private final Catalog catalog;
  private final LongSupplier nanos;
  private final AtomicLong misroutedSince = new AtomicLong(NONE);
  private volatile boolean proven;

  /** Whether any call has succeeded. */
  private volatile boolean served;

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
      try {
        return send(call, permitted);
      } catch (ApiException e) {
        if (e.failure().kind() == Kind.NOT_FOUND && !isOfItem(call, permitted)) {
          throw as(
              Kind.REJECTED,
              e,
              "What was not found is not, or not certainly, the item itself but something that the"
                  + " record refers to");
        }
        if (e.failure().kind() != Kind.MISROUTED) {
          checkKeys(e, permitted);
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
    try {
      Answer<JsonNode> answer = client.apply(call, permitted);
      served = true;
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
   * Fails otherwise where nothing is permitted from the start: a clientId that is missing or not
   * known is answered as 403 or 400, as what a role or a record lacks is.
   */
  private void checkKeys(ApiException e, BooleanSupplier permitted) {
    Kind kind = e.failure().kind();
    if (served || (kind != Kind.FORBIDDEN && kind != Kind.REJECTED)) {
      return;
    }
    try {
      send(Call.of(catalog.operation(PROBE), Map.of(), Map.of()), permitted);
    } catch (ApiException probe) {
      switch (probe.failure().kind()) {
        case THROTTLED, TIMEOUT, UNAVAILABLE, CANCELLED -> throw probe;
        case FORBIDDEN, REJECTED, UNAUTHORIZED ->
            throw as(
                Kind.UNAUTHORIZED,
                e,
                "Nothing has been permitted so far, "
                    + PROBE
                    + " neither: check connectwise.client.id, connectwise.username,"
                    + " connectwise.password and the security role of the API member");
        default -> {}
      }
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
