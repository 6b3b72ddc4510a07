package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.sink.body.PatchCheck;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.Change;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import io.psastream.connectwise.sink.report.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordApplierTest {

  private static final String PATCH = "patchServiceTicketsById";
  private static final String POST = "postServiceTickets";
  private static final String DELETE = "deleteServiceTicketsById";

  private final List<String> sent = new ArrayList<>();
  private final Deque<Supplier<Answer<JsonNode>>> answers = new ArrayDeque<>();

  @Test
  void deliversEveryCallOfARecordInOrder() {
    PendingRecord record = record("[{\"id\":1,\"a\":1},{\"id\":2,\"a\":1}]", PATCH);
    ok("{\"a\":1}");
    ok("{\"a\":1}");

    assertThat(run(record)).isInstanceOf(Outcome.Delivered.class);
    assertThat(sent).containsExactly("1", "2");
  }

  @Test
  void tellsWhatWasAnsweredToEachCall() {
    PendingRecord record = record("[{\"id\":1,\"a\":1},{\"id\":2,\"a\":1}]", PATCH);
    ok("{\"a\":1,\"id\":1}");
    ok("{\"a\":1,\"id\":2}");

    assertThat(run(record))
        .isInstanceOfSatisfying(
            Outcome.Delivered.class,
            delivered ->
                assertThat(delivered.replies())
                    .hasSize(2)
                    .allSatisfy(
                        reply -> {
                          assertThat(reply.status()).hasValue(200);
                          assertThat(reply.stats()).isEqualTo(stats(100));
                          assertThat(reply.items().get(0).path("id").asText())
                              .isEqualTo(reply.call().path().get("id"));
                        }));
  }

  @Test
  void goesOnAtTheCallThatWasNotDone() {
    PendingRecord record = record("[{\"id\":1,\"a\":1},{\"id\":2,\"a\":1}]", PATCH);
    ok("{\"a\":1}");
    fails(Kind.UNAVAILABLE);
    ok("{\"a\":1}");

    assertThat(run(record)).isInstanceOf(Outcome.Unavailable.class);
    assertThat(run(record)).isInstanceOf(Outcome.Delivered.class);
    assertThat(sent).containsExactly("1", "2", "2");
  }

  @Test
  void countsTheTriesOfEveryTurn() {
    PendingRecord record = record("{\"id\":1,\"a\":1}", PATCH);
    fails(Kind.UNAVAILABLE);
    ok("{\"a\":1}");
    run(record);

    assertThat(run(record))
        .isInstanceOfSatisfying(
            Outcome.Delivered.class,
            delivered ->
                assertThat(delivered.replies())
                    .extracting(Reply::stats)
                    .containsExactly(new CallStats(2, Duration.ofMillis(150))));
  }

  @Test
  void stopsAtTheFirstElementThatIsRejectedAndSaysWhich() {
    PendingRecord record =
        record("[{\"id\":1,\"a\":1},{\"id\":2,\"a\":1},{\"id\":3,\"a\":1}]", PATCH);
    ok("{\"a\":1}");
    fails(Kind.REJECTED);

    Outcome outcome = run(record);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            rejected -> {
              assertThat(rejected.reason())
                  .isEqualTo(
                      "the call → 400 \"REJECTED\". It is item 2 of 3: those before it were"
                          + " applied, those after it were not tried.");
              assertThat(rejected.replies())
                  .extracting(reply -> reply.status().orElseThrow())
                  .containsExactly(200, 400);
            });
    assertThat(sent).containsExactly("1", "2");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"REJECTED", "FORBIDDEN", "CONFLICT", "UNKNOWN", "NOT_FOUND"})
  void takesAFailureOfTheRecordForARejection(Kind kind) {
    fails(kind);

    assertThat(run(record("{\"id\":1,\"a\":1}", PATCH))).isInstanceOf(Outcome.Rejected.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"UNAUTHORIZED", "MISROUTED"})
  void stopsForWhatNoRecordCanHelp(Kind kind) {
    fails(kind);

    assertThat(run(record("{\"id\":1,\"a\":1}", PATCH))).isInstanceOf(Outcome.Fatal.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"THROTTLED", "TIMEOUT", "UNAVAILABLE"})
  void keepsARecordWhileTheSiteIsAway(Kind kind) {
    fails(kind);

    assertThat(run(record("{\"id\":1,\"a\":1}", PATCH))).isInstanceOf(Outcome.Unavailable.class);
  }

  @Test
  void takesADeleteOfWhatIsGoneForDone() {
    fails(Kind.NOT_FOUND);

    assertThat(run(record(null, DELETE))).isInstanceOf(Outcome.Delivered.class);
  }

  @Test
  void ignoresAnUpdateOfWhatIsGoneWhenToldTo() {
    fails(Kind.NOT_FOUND);

    assertThat(run(record("{\"id\":1,\"a\":1}", PATCH, "behavior.on.not.found", "ignore")))
        .isInstanceOf(Outcome.Delivered.class);
  }

  @Test
  void rejectsACreateWhoseParentIsGoneWhateverItIsTold() {
    fails(Kind.NOT_FOUND);

    assertThat(
            run(
                record(
                    "{\"summary\":\"x\"}",
                    POST,
                    "behavior.on.not.found",
                    "ignore",
                    "operation.header",
                    "operation",
                    "operation.allowed",
                    PATCH,
                    "options",
                    "{\"id\":\"${key}\"}")))
        .isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void reportsACreateWhoseAnswerWasLostAndSaysToLookItUp() {
    fails(Kind.AMBIGUOUS);

    assertThat(run(record("{\"summary\":\"x\"}", POST)))
        .isInstanceOfSatisfying(
            Outcome.Ambiguous.class,
            ambiguous ->
                assertThat(ambiguous.reason())
                    .isEqualTo(
                        "the call → 400 \"AMBIGUOUS\". Its answer was lost, so it may have been"
                            + " applied: look it up in ConnectWise before you replay the record."));
  }

  @Test
  void repeatsACreateWhoseAnswerWasLostWhenToldTo() {
    fails(Kind.AMBIGUOUS);

    assertThat(run(record("{\"summary\":\"x\"}", POST, "behavior.on.ambiguous.create", "retry")))
        .isInstanceOf(Outcome.Unavailable.class);
  }

  @Test
  void reportsAPatchThatWasAnsweredButNotApplied() {
    ok("{\"id\":1,\"summary\":\"old\"}");

    assertThat(run(record("{\"id\":1,\"summary\":\"secret\",\"Severity\":\"x\"}", PATCH)))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            rejected ->
                assertThat(rejected.reason())
                    .startsWith(
                        "patchServiceTicketsById PATCH /service/tickets/{id} → 200, but not applied:"
                            + " field summary, Severity of item 1.")
                    .doesNotContain("secret"));
  }

  @Test
  void believesAnyAnswerWhenToldTo() {
    ok("{\"id\":1,\"summary\":\"old\"}");

    assertThat(
            run(record("{\"id\":1,\"summary\":\"new\"}", PATCH, "behavior.on.unapplied", "ignore")))
        .isInstanceOf(Outcome.Delivered.class);
  }

  @Test
  void doesNotCreateWhatALookUpStillFindsWhenItsEditDoesNot() {
    PendingRecord record = upsert();
    ok("{\"id\":5}");
    fails(Kind.NOT_FOUND);
    ok("{\"id\":5}");

    assertThat(run(record)).isInstanceOf(Outcome.Rejected.class);
    assertThat(answers).isEmpty();
  }

  @Test
  void looksUpACreateThatWasAnswered500AndDoesNotRepeatIt() {
    PendingRecord record = upsert();
    nothing();
    fails(Kind.UNKNOWN, 500);
    nothing();
    assertThat(run(record)).isInstanceOf(Outcome.Delayed.class);
    nothing();
    assertThat(run(record)).isInstanceOf(Outcome.Rejected.class);

    PendingRecord created = upsert();
    nothing();
    fails(Kind.AMBIGUOUS, 500);
    ok("{\"id\":5}");
    ok("{\"id\":5,\"summary\":\"x\"}");
    assertThat(run(created)).isInstanceOf(Outcome.Delivered.class);
    assertThat(answers).isEmpty();
  }

  private static PendingRecord upsert() {
    return record(
        "{\"summary\":\"x\"}",
        POST,
        "lookup.operation.id",
        "getServiceTickets",
        "lookup.conditions",
        "summary=\"${item.summary}\"",
        "behavior.on.exists",
        "update");
  }

  private void nothing() {
    answers.add(
        () -> new Answer<>(200, List.of(), false, Optional.empty(), Optional.empty(), stats(100)));
  }

  private Outcome run(PendingRecord record) {
    return new RecordApplier(
            (call, permitted) -> {
              sent.add(call.path().getOrDefault("id", ""));
              return answers.remove().get();
            },
            PatchCheck.of(List.of(record.route()), Fixtures.CATALOG),
            new CreatedItems(System::nanoTime),
            Fixtures.lease(),
            System::nanoTime)
        .apply(record);
  }

  private void ok(String item) {
    JsonNode tree = ConnectToJson.document(null, item);
    answers.add(
        () ->
            new Answer<>(
                200, List.of(tree), false, Optional.empty(), Optional.empty(), stats(100)));
  }

  private void fails(Kind kind) {
    fails(kind, 400);
  }

  private void fails(Kind kind, int status) {
    answers.add(
        () -> {
          throw new ApiException(Failure.of(kind, "the call", status, kind.name()))
              .after(stats(50));
        });
  }

  private static CallStats stats(int millis) {
    return new CallStats(1, Duration.ofMillis(millis));
  }

  private static PendingRecord record(String value, String operation, String... more) {
    boolean tombstone = value == null;
    String[] properties = new String[more.length + 4];
    properties[0] = tombstone ? "delete.operation.id" : "mutate.operation.id";
    properties[1] = operation;
    properties[2] = "options";
    properties[3] =
        operation.equals(POST)
            ? "{}"
            : tombstone ? "{\"id\":\"${key}\"}" : "{\"id\":\"${item.id}\"}";
    System.arraycopy(more, 0, properties, 4, more.length);
    Route route = Fixtures.route(properties);
    SinkRecord record = Fixtures.record("1", value);
    List<Change> changes =
        ((Mapping.Changes) new RecordRouter(List.of(route), Fixtures.CATALOG).route(record))
            .changes();
    return new PendingRecord(record, new Offsets().begin(record).orElseThrow(), route, changes);
  }
}
