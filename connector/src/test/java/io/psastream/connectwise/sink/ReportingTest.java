package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.SinkInHand.VALUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.sink.config.Reporting;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.report.Reply;
import io.psastream.connectwise.sink.report.ReportTopics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** What the result and the error topic are told, and what waits for them. */
class ReportingTest {

  private static final Call CALL =
      Call.of(Fixtures.CATALOG.operation("postServiceTickets"), Map.of(), Map.of());
  private static final Reply CREATED =
      new Reply(
          CALL, OptionalInt.of(201), false, List.of(), new CallStats(1, Duration.ofMillis(5)));
  private final ApiException refused =
      new ApiException(Failure.of(Kind.REJECTED, "call", 400, "no"));

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final SinkInHand sink = sink(TaskContext.withReporter(SinkInHand.PARTITION));

  @Test
  void commitsARecordOnlyWhenTheResultTopicHasItsResult() {
    sink.outcomes.put(1L, new Outcome.Delivered(List.of(CREATED)));
    sink.put(record(0, 1, "11", VALUE));
    sink.executor.runAll();
    sink.put();

    assertThat(producer.history()).hasSize(1);
    assertThat(sink.committable(2)).isEqualTo(1);
    assertThat(sink.context.timeout).isPositive();

    producer.completeNext();
    assertThat(sink.committable(2)).isEqualTo(2);
  }

  @Test
  void tellsOfEachCallUnderTheKeyOfTheRecordWithItsCoordinates() {
    sink.outcomes.put(1L, new Outcome.Delivered(List.of(CREATED, CREATED)));
    sink.put(record(0, 1, "11", VALUE));
    sink.executor.runAll();
    sink.put();

    assertThat(producer.history())
        .hasSize(2)
        .allSatisfy(
            message -> {
              assertThat(message.topic()).isEqualTo("results");
              assertThat(message.key()).asString().isEqualTo("11");
              assertThat(headers(message))
                  .containsExactly(
                      "connectwise.topic=psa.tickets",
                      "connectwise.partition=0",
                      "connectwise.offset=1");
              assertThat(tree(message).path("outcome").asText()).isEqualTo("delivered");
            });
  }

  @Test
  void tellsOfARejectedRecordAndOfWhatWasAppliedBefore() {
    sink.outcomes.put(
        1L,
        new Outcome.Rejected(
            "No.", Optional.of(refused), List.of(CREATED, Reply.failed(CALL, refused))));
    sink.put(record(0, 1, "11", VALUE));
    sink.executor.runAll();
    sink.put();

    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsExactly("results", "errors");
    JsonNode error = tree(producer.history().get(1));
    assertThat(error.path("outcome").asText()).isEqualTo("rejected");
    assertThat(error.path("error").path("reason").asText()).isEqualTo("No.");
    assertThat(sink.context.reported)
        .containsExactly("0@1: Record psa.tickets-0@1 was not applied: No.");

    producer.completeNext();
    assertThat(sink.committable(2)).isEqualTo(1);
    producer.completeNext();
    assertThat(sink.committable(2)).isEqualTo(2);
  }

  @Test
  void tellsOfAmbiguousAndOfUnmappedRecords() {
    sink.outcomes.put(
        1L, new Outcome.Ambiguous("Lost.", refused, List.of(Reply.failed(CALL, refused))));
    sink.put(record(0, 1, "11", VALUE), record(0, 2, "12", "text"));
    producer.completeNext();
    sink.put();
    sink.executor.runAll();
    sink.put();

    assertThat(producer.history())
        .extracting(message -> tree(message).path("outcome").asText())
        .containsExactly("rejected", "ambiguous");
    assertThat(tree(producer.history().get(0)).has("operation")).isFalse();
  }

  @Test
  void tellsOfEachRecordThatWasSentWithOthersAndCommitsEach() {
    sink.outcomes.put(3L, new Outcome.Delivered(List.of(CREATED)));
    sink.put(record(0, 1, "11", VALUE), record(0, 2, "12", VALUE), record(0, 3, "11", VALUE));
    sink.executor.runAll();
    sink.put();

    assertThat(sink.called).containsExactly(3L, 2L);
    assertThat(producer.history())
        .extracting(message -> tree(message).path("offset").asLong())
        .containsExactly(1L, 3L);
    producer.completeNext();
    assertThat(sink.committable(4)).isEqualTo(3);
    producer.completeNext();
    assertThat(sink.committable(4)).isEqualTo(4);
  }

  @Test
  void goesOnAfterARejectionWithoutADeadLetterTopic() {
    SinkInHand strict = sink(TaskContext.withoutReporter(SinkInHand.PARTITION));
    strict.outcomes.put(
        1L, new Outcome.Rejected("No.", Optional.empty(), List.of(Reply.failed(CALL, refused))));
    strict.put(record(0, 1, "11", VALUE), record(0, 2, "12", VALUE));
    strict.executor.runAll();
    strict.put();
    producer.completeNext();

    assertThat(strict.called).containsExactly(1L, 2L);
    assertThat(strict.committable(3)).isEqualTo(3);
  }

  @Test
  void stopsAndNamesWhatWasAppliedAndCommitsItSinceARestartWouldCreateItAgain() {
    sink.outcomes.put(1L, new Outcome.Delivered(List.of(CREATED)));
    sink.outcomes.put(2L, new Outcome.Delivered(List.of(CREATED)));
    sink.put(record(0, 1, "11", VALUE), record(0, 2, "12", VALUE));
    sink.executor.runAll();
    sink.put();
    producer.errorNext(new IllegalStateException("no broker"));
    producer.errorNext(new IllegalStateException("no broker"));

    assertThat(sink.committable(3)).isEqualTo(3);
    assertThatThrownBy(sink::put)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("psa.tickets-0@1, psa.tickets-0@2")
        .hasMessageContaining("Cannot write to the dead letter queue or to a reporter topic")
        .hasRootCauseMessage("no broker");
  }

  @Test
  void sendsNothingMoreWhileOutcomesWaitLongToBeTold() {
    sink.outcomes.put(1L, new Outcome.Delivered(List.of(CREATED)));
    sink.put(record(0, 1, "11", VALUE));
    sink.executor.runAll();
    sink.put();
    sink.now.addAndGet(Duration.ofSeconds(3).toNanos());
    sink.put(record(0, 2, "12", VALUE));
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L);

    producer.completeNext();
    sink.put();
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L, 2L);
  }

  @Test
  void triesNoMoreAfterASendThatFailedAtOnce() {
    producer.sendException = new TimeoutException("no metadata within max.block.ms");
    for (long offset = 1; offset <= 3; offset++) {
      sink.outcomes.put(offset, new Outcome.Delivered(List.of(CREATED)));
    }
    sink.put(record(0, 1, "11", VALUE), record(0, 2, "12", VALUE), record(0, 3, "13", VALUE));
    sink.executor.runAll();
    sink.committable(4);
    producer.sendException = null;

    assertThat(sink.committable(4)).isEqualTo(4);
    assertThat(producer.history()).isEmpty();
    assertThatThrownBy(sink::put).hasRootCauseMessage("no metadata within max.block.ms");
  }

  @Test
  void closesItsProducerWithTheSink() {
    sink.close();

    assertThat(producer.closed()).isTrue();
  }

  private SinkInHand sink(TaskContext context) {
    Reporting settings = new Reporting(Optional.of("results"), Optional.of("errors"), Map.of());
    return new SinkInHand(
        context,
        Optional.of(new ReportTopics(settings, producer)),
        "mutate.operation.id",
        "patchServiceTicketsById",
        "options",
        "{\"id\":\"${key}\"}",
        "coalesce",
        "true");
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> message) {
    return java.util.Arrays.stream(message.headers().toArray()).map(ReportingTest::text).toList();
  }

  private static String text(Header header) {
    return header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8);
  }

  private static JsonNode tree(ProducerRecord<byte[], byte[]> message) {
    try {
      return new ObjectMapper().readTree(message.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
