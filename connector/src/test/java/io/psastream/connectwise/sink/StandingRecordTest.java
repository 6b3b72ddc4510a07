package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A record that is refused for good in the words of an outage, and an outage. */
class StandingRecordTest {

  private static final Route ROUTE =
      Fixtures.route(
          "mutate.operation.id", "patchServiceTicketsById", "options", "{\"id\":\"${key}\"}");
  private static final Route OTHER_ROUTE =
      Fixtures.route(
          "mutate.operation.id", "patchCompanyContactsById", "options", "{\"id\":\"${key}\"}");

  private long nanos;
  private Kind kind = Kind.UNAVAILABLE;
  private final Set<String> refused = new HashSet<>(Set.of("9999"));
  private final RecordApplier applier =
      new RecordApplier(
          this::send, Map.of(), new CreatedItems(() -> nanos), Fixtures.lease(), () -> nanos);
  private final PendingRecord bad = record(ROUTE, "9999");

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"UNAVAILABLE", "TIMEOUT"})
  void isRejectedOnceItHasFailedForTheTimeoutWhileOthersSucceeded(Kind each) {
    kind = each;
    List<Outcome> outcomes = new ArrayList<>();
    for (int minute = 0; minute <= 10; minute++) {
      outcomes.add(applier.apply(bad));
      applier.apply(record(ROUTE, "1" + minute));
      nanos += Duration.ofMinutes(1).toNanos();
    }

    assertThat(outcomes.subList(0, 10)).allMatch(Outcome.Unavailable.class::isInstance);
    assertThat(outcomes.get(10))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            rejected -> {
              assertThat(rejected.reason())
                  .contains("It failed so for 600 s while patchServiceTicketsById succeeded")
                  .contains("record.retry.timeout.ms");
              assertThat(rejected.failure()).isPresent();
              assertThat(rejected.replies()).hasSize(1);
            });
  }

  @Test
  void isKeptThroughAnOutageHoweverLongThatFollowsOnItsFirstFailures() {
    for (int i = 0; i < 3; i++) {
      applier.apply(bad);
      applier.apply(record(ROUTE, "1" + i));
    }
    for (int hour = 0; hour < 100; hour++) {
      nanos += Duration.ofHours(1).toNanos();
      assertThat(applier.apply(bad)).isInstanceOf(Outcome.Unavailable.class);
    }
    refused.clear();
    assertThat(applier.apply(bad)).isInstanceOf(Outcome.Delivered.class);
  }

  @Test
  void isKeptWhileTheSiteThrottlesIt() {
    kind = Kind.THROTTLED;
    for (int i = 0; i < 100; i++) {
      assertThat(applier.apply(bad)).isInstanceOf(Outcome.Unavailable.class);
      applier.apply(record(ROUTE, "1" + i));
      nanos += Duration.ofHours(1).toNanos();
    }
  }

  @Test
  void isKeptWhileOnlyOtherOperationsSucceed() {
    for (int i = 0; i < 100; i++) {
      assertThat(applier.apply(bad)).isInstanceOf(Outcome.Unavailable.class);
      applier.apply(record(OTHER_ROUTE, "1" + i));
      nanos += Duration.ofHours(1).toNanos();
    }
  }

  @Test
  void isKeptForTheTimeoutHoweverOftenItIsTried() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(applier.apply(bad)).isInstanceOf(Outcome.Unavailable.class);
      applier.apply(record(ROUTE, "1" + i));
      nanos += Duration.ofMillis(500).toNanos();
    }
  }

  private Answer<JsonNode> send(Call call, BooleanSupplier permitted) {
    if (refused.contains(call.path().get("id"))) {
      throw new ApiException(Failure.of(kind, call.name(), 403, "HTML page"));
    }
    return new Answer<>(200, List.of(), false, Optional.empty(), Optional.empty(), CallStats.NONE);
  }

  private static PendingRecord record(Route route, String key) {
    SinkRecord record = Fixtures.record(key, "{\"summary\":\"x\"}");
    Mapping.Changes mapped =
        (Mapping.Changes) new RecordRouter(List.of(route), Fixtures.CATALOG).route(record);
    return new PendingRecord(
        record, new Offsets().begin(record).orElseThrow(), route, mapped.changes());
  }
}
