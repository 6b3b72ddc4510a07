package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.ClientSettings.Retry;
import io.psastream.connectwise.client.Failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which calls are tried again, how often and after how long. */
class RetryPolicyTest {

  private static final Retry RETRY = new Retry(10, Duration.ofMillis(100), Duration.ofSeconds(2));

  private final RetryPolicy longest = new RetryPolicy(RETRY, () -> 1);

  private static Failure failure(Kind kind, int status) {
    return Failure.of(kind, "x", status, "y");
  }

  private static int tries(RetryPolicy policy, Failure failure, boolean repeatable) {
    int tries = 1;
    while (policy.delay(failure, repeatable, tries).isPresent()) {
      tries++;
    }
    return tries;
  }

  @ParameterizedTest
  @CsvSource({
    "UNAUTHORIZED, 401, true, 1",
    "FORBIDDEN, 403, true, 1",
    "REJECTED, 400, true, 1",
    "NOT_FOUND, 404, true, 1",
    "MISROUTED, 404, true, 1",
    "MISROUTED, 200, true, 3",
    "MISROUTED, 200, false, 1",
    "UNKNOWN, 500, true, 3",
    "UNKNOWN, 500, false, 1",
    "CONFLICT, 409, true, 5",
    "CONFLICT, 409, false, 5",
    "THROTTLED, 429, true, 11",
    "THROTTLED, 429, false, 11",
    "TIMEOUT, 0, true, 11",
    "UNAVAILABLE, 503, false, 11",
    "AMBIGUOUS, 0, false, 1",
    "CANCELLED, 0, true, 1",
  })
  void triesByKindAndByWhetherTheCallMayBeRepeated(
      Kind kind, int status, boolean repeatable, int expected) {
    assertThat(tries(longest, failure(kind, status), repeatable)).isEqualTo(expected);
  }

  @Test
  void neverTriesMoreOftenThanTheSettingSays() {
    RetryPolicy once = new RetryPolicy(new Retry(1, Duration.ZERO, Duration.ZERO), () -> 0);
    RetryPolicy never = new RetryPolicy(new Retry(0, Duration.ZERO, Duration.ZERO), () -> 0);
    RetryPolicy ever =
        new RetryPolicy(
            new Retry(Integer.MAX_VALUE, Duration.ofMillis(100), Duration.ofSeconds(2)), () -> 1);

    assertThat(tries(once, failure(Kind.CONFLICT, 409), true)).isEqualTo(2);
    assertThat(tries(never, failure(Kind.THROTTLED, 429), true)).isEqualTo(1);
    assertThat(ever.delay(failure(Kind.UNAVAILABLE, 0), true, 1_000_000))
        .contains(Duration.ofSeconds(2));
  }

  @Test
  void backsOffExponentiallyUpToTheBound() {
    Failure down = failure(Kind.UNAVAILABLE, 503);

    assertThat(List.of(1, 2, 3, 4, 5, 6, 7))
        .extracting(tries -> longest.delay(down, true, tries).orElseThrow().toMillis())
        .containsExactly(100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L);
  }

  @Test
  void spreadsTheDelaysOverTheWholeRange() {
    Failure down = failure(Kind.UNAVAILABLE, 503);

    assertThat(new RetryPolicy(RETRY, () -> 0).delay(down, true, 3)).contains(Duration.ZERO);
    assertThat(new RetryPolicy(RETRY, () -> 0.5).delay(down, true, 3))
        .contains(Duration.ofMillis(200));
  }

  @Test
  void waitsAtLeastAsLongAsTheServerAsks() {
    Failure throttled =
        new Failure(
            Kind.THROTTLED,
            "x",
            429,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(Duration.ofSeconds(30)),
            Optional.empty());

    assertThat(new RetryPolicy(RETRY, () -> 0).delay(throttled, true, 1))
        .contains(Duration.ofSeconds(30));
    assertThat(longest.delay(throttled, true, 1)).contains(Duration.ofMillis(30_100));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "putServiceTicketsById | {} | true",
        "patchServiceTicketsById | [{\"op\":\"replace\"},{\"op\":\"Replace\"}] | true",
        "patchServiceTicketsById | [{\"op\":\"replace\"},{\"op\":\"add\"}] | false",
        "patchServiceTicketsById | [{\"op\":\"remove\"}] | false",
        "patchServiceTicketsById | [] | false",
        "patchServiceTicketsById | {\"summary\":1} | false",
        "postServiceTickets | {} | false",
        "postServiceTicketsSearch | {} | true",
        "postProjectTicketsSearch | {} | true",
        "postSystemBundles | {} | true",
        "postSystemBundlesCount | {} | true",
        "POST /new/things/search | {} | true",
        "POST /new/things | {} | false",
      })
  void knowsWhichCallsMayBeRepeated(String operation, String body, boolean repeatable) {
    assertThat(RetryPolicy.repeatable(Calls.write(operation, body))).isEqualTo(repeatable);
  }

  @Test
  void readsAndDeletesMayBeRepeated() {
    Call delete = Call.of(Calls.operation("deleteServiceTicketsById"), Map.of("id", "1"), Map.of());

    assertThat(RetryPolicy.repeatable(Calls.ticket("1"))).isTrue();
    assertThat(RetryPolicy.repeatable(delete)).isTrue();
  }
}
