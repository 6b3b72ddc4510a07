package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class NotificationQueueTest {

  private static final List<SourceRecord> ITEMS =
      List.of(ScriptedPasses.record("a"), ScriptedPasses.record("b"));

  private long now;
  private final NotificationQueue queue = new NotificationQueue(true, () -> now);

  @Test
  void withoutTransactionsTheyWaitUntilKafkaHasWhatTheySpeakOf() throws InterruptedException {
    queue.add(leftOut -> ScriptedPasses.record("told"));
    assertThat(queue.following(ITEMS, false)).isEqualTo(ITEMS);
    queue.confirmed();
    assertThat(queue.afterFormer()).isEmpty();
    assertThat(queue.following(List.of(), false)).as("one is missing").isEmpty();

    CompletableFuture<Void> producer = CompletableFuture.runAsync(queue::confirmed);
    producer.join();
    assertThat(values(queue.afterFormer())).containsExactly("told");
    assertThat(queue.afterFormer()).as("told once").isEmpty();
  }

  @Test
  void aTransactionTakesThemWithWhatTheySpeakOf() {
    queue.add(leftOut -> ScriptedPasses.record("told"));

    assertThat(values(queue.following(ITEMS, true))).containsExactly("a", "b", "told");
  }

  /** Anyone can send signals, and Connect may not poll for a long time. */
  @Test
  void whatHasNoRoomIsCountedAndTold() {
    IntStream.range(0, 250).forEach(i -> queue.addOfSignal(NotificationQueueTest::leftOut));
    now += 1_000_000_000L;
    queue.addOfSignal(NotificationQueueTest::leftOut);
    IntStream.range(0, 2_000).forEach(i -> queue.add(NotificationQueueTest::leftOut));

    List<Object> told = values(queue.following(List.of(), true));

    assertThat(told).hasSize(1_000);
    assertThat(told.get(0)).isEqualTo(Long.toString(150 + 2_001 + 100 - 1_000));
    assertThat(told.subList(1, told.size())).containsOnly("0");
    queue.add(NotificationQueueTest::leftOut);
    assertThat(values(queue.following(List.of(), true))).containsExactly("0");
  }

  private static SourceRecord leftOut(long count) {
    return ScriptedPasses.record(Long.toString(count));
  }

  private static List<Object> values(List<SourceRecord> records) {
    return records.stream().map(SourceRecord::value).toList();
  }
}
