package io.psastream.connectwise.sink.report;

import static io.psastream.connectwise.sink.Fixtures.record;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Detail;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.sink.Fixtures;
import io.psastream.connectwise.sink.report.Report.Problem;
import io.psastream.connectwise.sink.report.Report.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class ReportTextTest {

  private static final int PLENTY = 1_000_000;
  private static final Call CALL =
      new Call(
          Fixtures.CATALOG.operation("patchServiceTicketsById"),
          Map.of("id", "5"),
          Map.of(),
          Map.of(),
          Optional.of(ConnectToJson.document(null, "[{\"op\":\"replace\"}]")));
  private static final CallStats EFFORT = new CallStats(2, Duration.ofMillis(120));
  private static final Reply REPLY =
      new Reply(
          CALL,
          OptionalInt.of(200),
          false,
          List.of(ConnectToJson.document(null, "{\"id\":5,\"summary\":\"no mail\"}")),
          EFFORT);

  @Test
  void tellsTheRecordTheCallAndWhatCameBack() {
    assertThat(text(Report.done(record("5", "{}"), REPLY), PLENTY))
        .isEqualTo(
            "{\"topic\":\"psa.tickets\",\"partition\":0,\"offset\":7,\"timestamp\":1007,"
                + "\"key\":\"5\",\"outcome\":\"delivered\",\"operation\":\"patchServiceTicketsById\","
                + "\"method\":\"PATCH\",\"path\":\"/service/tickets/5\",\"status\":200,"
                + "\"items\":[{\"id\":5,\"summary\":\"no mail\"}],\"attempts\":2,\"durationMs\":120}");
  }

  @Test
  void tellsAnEmptyListFromAnEmptyBody() {
    Reply list = new Reply(CALL, OptionalInt.of(200), false, List.of(), EFFORT);
    Reply blank = new Reply(CALL, OptionalInt.of(204), true, List.of(), EFFORT);

    assertThat(text(Report.done(record("5", "{}"), list), PLENTY))
        .contains("\"status\":200,\"items\":[]");
    assertThat(text(Report.done(record("5", "{}"), blank), PLENTY))
        .contains("\"status\":204,\"blank\":true,\"items\":[]");
  }

  @Test
  void tellsWhatTheApiSaidOfARecordThatItRefused() throws IOException {
    Failure failure =
        new Failure(
            Kind.REJECTED,
            "call",
            400,
            Optional.of("InvalidObject"),
            Optional.of("ticket object is invalid"),
            List.of(
                new Detail(
                    Optional.of("MissingRequiredField"),
                    Optional.of("summary"),
                    Optional.of("The summary field is required."))),
            Optional.of("r-1"),
            Optional.empty(),
            Optional.empty());
    Reply reply = new Reply(CALL, OptionalInt.of(400), false, List.of(), EFFORT);
    Report report =
        new Report(
            record("5", "{}"),
            Verdict.REJECTED,
            Optional.of(reply),
            Optional.of(new Problem("It was refused.", Optional.of(failure))));

    JsonNode tree = new ObjectMapper().readTree(ReportText.value(report, PLENTY));
    assertThat(tree.path("outcome").asText()).isEqualTo("rejected");
    assertThat(tree.path("status").asInt()).isEqualTo(400);
    assertThat(tree.path("error"))
        .hasToString(
            "{\"reason\":\"It was refused.\",\"kind\":\"rejected\",\"code\":\"InvalidObject\","
                + "\"message\":\"ticket object is invalid\",\"requestId\":\"r-1\",\"fields\":"
                + "[{\"field\":\"summary\",\"code\":\"MissingRequiredField\","
                + "\"message\":\"The summary field is required.\"}]}");
  }

  @Test
  void tellsWhatWouldHaveBeenSent() {
    assertThat(text(Report.done(record("5", "{}"), Reply.unsent(CALL)), PLENTY))
        .contains("\"outcome\":\"unsent\"")
        .contains("\"attempts\":0")
        .doesNotContain("\"status\"")
        .endsWith("\"body\":[{\"op\":\"replace\"}]}");
  }

  @Test
  void tellsWhatWouldHaveBeenSentAfterALookThatWas() {
    Call nowhere = new Call(CALL.operation(), Map.of(), Map.of(), Map.of(), CALL.body());

    assertThat(text(Report.done(record("5", "{}"), Reply.unsent(nowhere).after(EFFORT)), PLENTY))
        .contains("\"outcome\":\"unsent\"")
        .contains("\"path\":\"/service/tickets/{id}\"")
        .contains("\"attempts\":2")
        .contains("\"body\":");
  }

  @Test
  void tellsOfARecordThatNoCallCouldBeMadeOf() {
    Report report =
        new Report(
            record("5", "{}"),
            Verdict.REJECTED,
            Optional.empty(),
            Optional.of(new Problem("It has no id.", Optional.empty())));

    assertThat(text(report, PLENTY))
        .endsWith("\"outcome\":\"rejected\",\"error\":{\"reason\":\"It has no id.\"}}");
  }

  @Test
  void leavesOutWhatDoesNotFitIntoAMessage() {
    assertThat(text(Report.done(record("5", "{}"), REPLY), 50))
        .contains("\"itemsLeftOut\":1")
        .doesNotContain("no mail");
    assertThat(text(Report.done(record("5", "{}"), Reply.unsent(CALL)), 50))
        .contains("\"bodyLeftOut\":true")
        .doesNotContain("replace");
  }

  @Test
  void keepsTextAndBytesOfAKeyAndWritesTheRestAsJson() {
    assertThat(key(record("a\u00e9", null))).isEqualTo("a\u00e9");
    assertThat(key(record("{broken", null))).isEqualTo("{broken");
    assertThat(key(record(new byte[] {65, 66}, null))).isEqualTo("AB");
    assertThat(key(record(5L, null))).isEqualTo("5");
    assertThat(key(record(Map.of("id", 5), null))).isEqualTo("{\"id\":5}");
    assertThat(ReportText.key(record(null, "{}"))).isNull();
    Schema schema = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
    assertThat(key(new SinkRecord("t", 0, schema, new Struct(schema).put("id", 5L), null, "{}", 0)))
        .isEqualTo("{\"id\":5}");
  }

  @Test
  void tellsOfARecordWhoseKeyOnlyLooksLikeJson() {
    assertThat(text(Report.done(record("{broken", "{}"), REPLY), PLENTY))
        .contains("\"key\":\"{broken\"");
  }

  private static String key(SinkRecord record) {
    return new String(ReportText.key(record), StandardCharsets.UTF_8);
  }

  private static String text(Report report, int mostBytes) {
    return new String(ReportText.value(report, mostBytes), StandardCharsets.UTF_8);
  }
}
