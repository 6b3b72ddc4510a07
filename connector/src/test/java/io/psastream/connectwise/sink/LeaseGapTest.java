package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.lane.Lease;
import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process that is stopped in the middle of a record, wherever that is, for longer than a term.
 */
class LeaseGapTest {

  private static final String ITEM = "[{\"id\":5,\"summary\":\"old\"}]";

  private long nanos;
  private final Lease lease = new Lease(Duration.ofSeconds(5), () -> nanos, () -> 0);
  private final List<String> sent = new ArrayList<>();
  private int callsToTheGap;
  private boolean assignedAtOnce;
  private int withheldAt;
  private String found = "[]";

  @ParameterizedTest
  @CsvSource({
    // before which call the process is stopped; what is found; what is sent after that
    "1, [], getServiceTickets postServiceTickets",
    "2, [], getServiceTickets postServiceTickets",
    "1, item, getServiceTickets getServiceTicketsById patchServiceTicketsById",
    "2, item, getServiceTickets getServiceTicketsById patchServiceTicketsById",
    "3, item, getServiceTickets getServiceTicketsById patchServiceTicketsById"
  })
  void sendsNothingAfterItAndLooksAndReadsAgain(int gap, String items, String after) {
    found = items.equals("item") ? ITEM : items;
    PendingRecord record = record();
    RecordApplier applier =
        new RecordApplier(this::send, Map.of(), new CreatedItems(() -> nanos), lease, () -> nanos);
    callsToTheGap = gap;

    assertThat(applier.apply(record)).isInstanceOf(Outcome.Cancelled.class);
    assertThat(sent).hasSize(gap - 1);
    assertThat(applier.apply(record)).isInstanceOf(Outcome.Cancelled.class);
    assertThat(sent).hasSize(gap - 1);

    sent.clear();
    lease.grant();
    lookAgain(applier, record, after);
  }

  @ParameterizedTest
  @CsvSource({
    "2, [], getServiceTickets postServiceTickets",
    "2, item, getServiceTickets getServiceTicketsById patchServiceTicketsById",
    "3, item, getServiceTickets getServiceTicketsById patchServiceTicketsById"
  })
  void looksAndReadsAgainAlsoWhereItMayWriteAtOnce(int gap, String items, String after) {
    found = items.equals("item") ? ITEM : items;
    assignedAtOnce = true;
    PendingRecord record = record();
    RecordApplier applier =
        new RecordApplier(this::send, Map.of(), new CreatedItems(() -> nanos), lease, () -> nanos);
    callsToTheGap = gap;

    assertThat(applier.apply(record)).isInstanceOf(Outcome.Cancelled.class);
    assertThat(sent).hasSize(gap - 1);

    sent.clear();
    lookAgain(applier, record, after);
  }

  /** A record of many items does not go on with them while the connector is paused. */
  @Test
  void beginsNoFurtherCallOfARecordWhileTheLeaseIsWithheld() {
    PendingRecord record = record();
    RecordApplier applier =
        new RecordApplier(this::send, Map.of(), new CreatedItems(() -> nanos), lease, () -> nanos);
    withheldAt = 2;

    assertThat(applier.apply(record)).isInstanceOf(Outcome.Cancelled.class);
    assertThat(applier.apply(record)).isInstanceOf(Outcome.Cancelled.class);
    assertThat(sent).containsExactly("getServiceTickets");

    sent.clear();
    withheldAt = 0;
    lease.renew();
    lookAgain(applier, record, "getServiceTickets postServiceTickets");
  }

  private void lookAgain(RecordApplier applier, PendingRecord record, String after) {
    assertThat(applier.apply(record)).isInstanceOf(Outcome.Delivered.class);
    assertThat(String.join(" ", sent)).isEqualTo(after);
  }

  private Answer<JsonNode> send(Call call, BooleanSupplier permitted) {
    if (--callsToTheGap == 0) {
      nanos += TimeUnit.SECONDS.toNanos(20);
      lease.renew(); // the task's own thread may be the first to go on
      if (assignedAtOnce) {
        lease.grant();
      }
    }
    if (--withheldAt == 0) {
      lease.renew(true);
    }
    if (!permitted.getAsBoolean()) {
      throw ApiException.cancelled(call.name(), null);
    }
    sent.add(call.operation().id());
    List<JsonNode> items = new ArrayList<>();
    ConnectToJson.document(null, found).forEach(items::add);
    return new Answer<>(200, items, false, Optional.empty(), Optional.empty(), CallStats.NONE);
  }

  private static PendingRecord record() {
    Route route =
        Fixtures.route(
            "mutate.operation.id",
            "postServiceTickets",
            "lookup.operation.id",
            "getServiceTickets",
            "lookup.conditions",
            "externalXRef=\"${key}\"",
            "patch.format",
            "diff");
    SinkRecord record = Fixtures.record("x", "{\"summary\":\"x\",\"company\":{\"id\":1}}");
    Mapping.Changes mapped =
        (Mapping.Changes) new RecordRouter(List.of(route), Fixtures.CATALOG).route(record);
    return new PendingRecord(
        record, new Offsets().begin(record).orElseThrow(), route, mapped.changes());
  }
}
