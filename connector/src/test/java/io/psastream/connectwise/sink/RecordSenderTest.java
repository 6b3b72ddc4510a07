package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a failure is about where the answer alone does not tell. */
class RecordSenderTest {

  private static final Call PATCH =
      new Call(
          Fixtures.CATALOG.operation("patchServiceTicketsById"),
          Map.of("id", "7"),
          Map.of(),
          Map.of(),
          Optional.of(JsonNodeFactory.instance.arrayNode()));
  private static final Call GET =
      Call.of(Fixtures.CATALOG.operation("getServiceTicketsById"), Map.of("id", "9"), Map.of());

  private static final Failure.Detail DETAIL =
      new Failure.Detail(Optional.empty(), Optional.of("summary"), Optional.of("is too long"));

  private final List<String> sent = new ArrayList<>();
  private Function<Call, Answer<JsonNode>> site = call -> ok();
  private long now;
  private final RecordSender sender =
      new RecordSender(
          (call, permitted) -> {
            sent.add(call.operation().id());
            return site.apply(call);
          },
          Fixtures.CATALOG,
          () -> now);

  @Test
  void aCallThatIsMisroutedWhileTheSiteAnswersIsTheRecordsOwnFailure() {
    site = call -> call.equals(PATCH) ? fails(Kind.MISROUTED, 404, "") : ok();

    assertThat(kind(PATCH)).isEqualTo(Kind.REJECTED);
    assertThat(sent).hasSize(4);
  }

  @Test
  void whatIsForbiddenFromTheStartToEveryCallIsTheKeys() {
    site = call -> fails(Kind.FORBIDDEN, 403, "Forbidden");
    assertThat(kind(PATCH)).isEqualTo(Kind.UNAUTHORIZED);

    site = call -> fails(Kind.REJECTED, 400, "InvalidObject");
    assertThat(kind(PATCH)).isEqualTo(Kind.UNAUTHORIZED);
  }

  @Test
  void whatIsForbiddenToOneCallIsTheRecordsOwnFailure() {
    site = call -> call.equals(PATCH) ? fails(Kind.FORBIDDEN, 403, "Security") : ok();
    assertThat(kind(PATCH)).isEqualTo(Kind.FORBIDDEN);
    assertThat(kind(PATCH)).isEqualTo(Kind.FORBIDDEN);
    assertThat(sent).as("asked for once").hasSize(3);

    site = call -> fails(Kind.FORBIDDEN, 403, "Security");
    assertThat(kind(PATCH)).as("others have succeeded").isEqualTo(Kind.FORBIDDEN);
  }

  /** Once keys have worked, the first record that they fail is not rejected, whatever it calls. */
  @ParameterizedTest
  @CsvSource({"FORBIDDEN, 403", "REJECTED, 400"})
  void keysThatAreRevokedStopTheTaskAtTheFirstRecord(Kind revoked, int status) {
    kind(GET);
    kind(PATCH);
    site = call -> fails(revoked, status, "Forbidden");

    assertThat(kind(PATCH)).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(kind(PATCH)).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(sent).endsWith("getServiceTicketsById", "getCompanyCompaniesCount");
  }

  @Test
  void keysThatAreRevokedWhereNothingWasReadStopTheTaskAfterAFewRecords() {
    kind(PATCH);
    site = call -> fails(Kind.FORBIDDEN, 403, "Forbidden");

    for (int i = 1; i < 10; i++) {
      assertThat(kind(PATCH)).isEqualTo(Kind.FORBIDDEN);
    }
    assertThat(kind(PATCH)).isEqualTo(Kind.UNAUTHORIZED);
  }

  /** A role may allow little: what it forbids, the probe included, stops no task that writes. */
  @Test
  void aRoleThatForbidsManyRecordsAndTheProbeIsNotTakenForTheKeys() {
    Random random = new Random(5);
    kind(PATCH);
    for (int i = 0; i < 500; i++) {
      boolean works = i % 9 == 0 || random.nextInt(3) == 0;
      site = call -> call.equals(PATCH) && works ? ok() : fails(Kind.FORBIDDEN, 403, "Security");
      assertThat(kind(PATCH)).isEqualTo(works ? null : Kind.FORBIDDEN);
      now += random.nextInt(2_000_000_000);
    }
  }

  @Test
  void whatARoleForbidsCostsOneProbeASecond() {
    kind(GET);
    site = call -> call.equals(PATCH) ? fails(Kind.FORBIDDEN, 403, "Security") : ok();
    for (int i = 0; i < 1_000; i++) {
      assertThat(kind(PATCH)).isEqualTo(Kind.FORBIDDEN);
      now += Duration.ofMillis(10).toNanos();
    }

    assertThat(sent).hasSize(1 + 1_000 + 10);
  }

  @Test
  void whatNamesAFieldIsOfTheRecordAndCostsNoProbe() {
    kind(GET);
    site = call -> fails(Kind.REJECTED, 400, "InvalidObject", DETAIL);

    assertThat(kind(PATCH)).isEqualTo(Kind.REJECTED);
    assertThat(sent).hasSize(2);
  }

  @Test
  void whatNamesAFieldMayBeOfTheKeysUntilACallHasSucceeded() {
    site = call -> fails(Kind.REJECTED, 400, "InvalidObject", DETAIL);
    assertThat(kind(PATCH)).isEqualTo(Kind.UNAUTHORIZED);

    site = call -> call.equals(PATCH) ? fails(Kind.REJECTED, 400, "InvalidObject", DETAIL) : ok();
    assertThat(kind(PATCH)).isEqualTo(Kind.REJECTED);
  }

  @Test
  void aSiteThatForbidsTheProbeAnswersAllTheSame() {
    site =
        call ->
            call.equals(PATCH)
                ? fails(Kind.MISROUTED, 404, "")
                : fails(Kind.FORBIDDEN, 403, "Security");

    assertThat(kind(PATCH)).isEqualTo(Kind.REJECTED);
  }

  @Test
  void aWrongSiteIsToldAtOnceAndAPageAfterAMinute() {
    site = call -> fails(Kind.MISROUTED, 404, "");
    assertThat(kind(PATCH)).isEqualTo(Kind.MISROUTED);

    site = call -> fails(Kind.MISROUTED, 200, "");
    now = Duration.ofSeconds(59).toNanos();
    assertThat(kind(PATCH)).isEqualTo(Kind.UNAVAILABLE);
    now = Duration.ofSeconds(61).toNanos();
    assertThat(kind(PATCH)).isEqualTo(Kind.MISROUTED);
  }

  @ParameterizedTest
  @CsvSource({"200", "302", "400", "404"})
  void aSiteThatHasAnsweredIsWaitedForButNotForEver(int status) {
    kind(GET);
    site = call -> fails(Kind.MISROUTED, status, "");

    assertThat(kind(PATCH)).isEqualTo(Kind.UNAVAILABLE);
    now = Duration.ofMinutes(31).toNanos();
    assertThat(kind(PATCH)).isEqualTo(Kind.MISROUTED);
  }

  @Test
  void troubleThatHasPassedInBetweenIsNoFailure() {
    site = call -> call.equals(PATCH) && sent.size() == 1 ? fails(Kind.MISROUTED, 200, "") : ok();

    assertThat(sender.apply(PATCH, () -> true).status()).isEqualTo(200);
  }

  @Test
  void whatIsNotFoundIsTheItemOnlyWhenItIsGone() {
    site = call -> call.equals(PATCH) ? fails(Kind.NOT_FOUND, 404, "NotFound") : ok();
    assertThat(kind(PATCH)).isEqualTo(Kind.REJECTED);
    assertThat(sent).containsExactly("patchServiceTicketsById", "getServiceTicketsById");

    site = call -> fails(Kind.NOT_FOUND, 404, "NotFound");
    assertThat(kind(PATCH)).isEqualTo(Kind.NOT_FOUND);
    assertThat(kind(GET)).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void whatCannotBeToldIsNotTheItem() {
    Call unknown =
        new Call(
            Fixtures.CATALOG.operation("PATCH /service/newThings/{id}"),
            Map.of("id", "7"),
            Map.of(),
            Map.of(),
            PATCH.body());
    site = call -> fails(Kind.NOT_FOUND, 404, "NotFound");

    assertThat(kind(unknown)).isEqualTo(Kind.REJECTED);

    site = call -> fails(call.equals(PATCH) ? Kind.NOT_FOUND : Kind.UNAVAILABLE, 404, "NotFound");
    assertThat(kind(PATCH)).isEqualTo(Kind.UNAVAILABLE);
  }

  private Kind kind(Call call) {
    ApiException e = catchThrowableOfType(ApiException.class, () -> sender.apply(call, () -> true));
    return e == null ? null : e.failure().kind();
  }

  private static Answer<JsonNode> ok() {
    return new Answer<>(200, List.of(), false, Optional.empty(), Optional.empty(), CallStats.NONE);
  }

  private static Answer<JsonNode> fails(
      Kind kind, int status, String code, Failure.Detail... details) {
    Failure plain = Failure.of(kind, "the call", status, "no");
    throw new ApiException(
        new Failure(
            plain.kind(),
            plain.call(),
            plain.status(),
            Optional.of(code).filter(it -> !it.isEmpty()),
            plain.message(),
            List.of(details),
            plain.requestId(),
            plain.retryAfter(),
            plain.hint()));
  }
}
