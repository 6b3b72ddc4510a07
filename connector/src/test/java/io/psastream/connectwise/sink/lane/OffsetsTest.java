package io.psastream.connectwise.sink.lane;

import static io.psastream.connectwise.sink.Fixtures.TOPIC;
import static io.psastream.connectwise.sink.Fixtures.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sink.lane.Offsets.Position;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class OffsetsTest {

  private static final TopicPartition ZERO = new TopicPartition(TOPIC, 0);
  private static final TopicPartition ONE = new TopicPartition(TOPIC, 1);

  private final AtomicLong now = new AtomicLong();
  private final Offsets offsets = new Offsets(now::get);

  @Test
  void givesOutOnlyWhatIsSettledWithoutAGap() {
    Position ten = begin(0, 10);
    Position eleven = begin(0, 11);
    Position twelve = begin(0, 12);

    offsets.settle(ten);
    offsets.settle(twelve);
    assertThat(committable(ZERO, 13)).isEqualTo(11);

    offsets.settle(eleven);
    assertThat(committable(ZERO, 13)).isEqualTo(13);
  }

  @Test
  void followsConnectPastRecordsThatNeverArrive() {
    offsets.settle(begin(0, 10));

    assertThat(committable(ZERO, 500)).isEqualTo(500);
    assertThat(committable(ONE, 3)).isEqualTo(3);
  }

  @Test
  void keepsPartitionsApart() {
    begin(0, 10);
    offsets.settle(begin(1, 20));

    assertThat(offsets.committable(Map.of(ZERO, at(11), ONE, at(21))))
        .isEqualTo(Map.of(ZERO, at(10), ONE, at(21)));
  }

  @Test
  void isNeverBeyondWhatConnectDelivered() {
    begin(0, 12);

    assertThat(committable(ZERO, 12)).isEqualTo(12);
  }

  @Test
  void knowsARecordThatIsDeliveredAgain() {
    begin(0, 10);
    offsets.settle(begin(0, 11));

    assertThat(offsets.begin(record(0, 10, "k", "v"))).isEmpty();
    assertThat(offsets.begin(record(0, 11, "k", "v"))).isEmpty();
  }

  @Test
  void remembersSettledRecordsAcrossCloseUntilTwoMoreCommits() {
    Position ten = begin(0, 10);
    offsets.settle(begin(0, 11));
    offsets.forget(ten);
    offsets.close(Set.of(ZERO));

    offsets.settle(begin(0, 10));
    assertThat(offsets.begin(record(0, 11, "k", "v"))).isEmpty();

    assertThat(committable(ZERO, 12)).isEqualTo(12);
    assertThat(offsets.begin(record(0, 11, "k", "v"))).isEmpty();
    assertThat(committable(ZERO, 12)).isEqualTo(12);
    assertThat(offsets.begin(record(0, 11, "k", "v"))).isPresent();
  }

  /** However many commits fail, of which a task is not told. */
  @Test
  void remembersCreatesForLongAfterTheirCommits() {
    Position created = begin(0, 11);
    created.ended(false, true);
    offsets.settle(created);
    for (int i = 0; i < 10; i++) {
      assertThat(committable(ZERO, 12)).isEqualTo(12);
      offsets.close(Set.of(ZERO));
    }
    assertThat(committable(ZERO, 11)).isEqualTo(11);
    assertThat(offsets.begin(record(0, 11, "k", "v"))).isEmpty();

    for (int i = 0; i < 2; i++) {
      now.addAndGet(Offsets.KEPT.toNanos());
      assertThat(committable(ZERO, 12)).isEqualTo(12);
    }
    assertThat(offsets.begin(record(0, 11, "k", "v"))).isPresent();
  }

  @Test
  void remembersOfVeryManyCreatesOnlyThoseOfTheLastCommit() {
    int many = 100_001;
    for (int offset = 0; offset < many; offset++) {
      Position created = begin(0, offset);
      created.ended(false, true);
      offsets.settle(created);
    }
    assertThat(committable(ZERO, many - 1)).isEqualTo(many - 1);
    assertThat(offsets.begin(record(0, 0, "k", "v"))).isEmpty();
    assertThat(committable(ZERO, many)).isEqualTo(many);

    assertThat(offsets.begin(record(0, many - 1, "k", "v"))).isEmpty();
    assertThat(offsets.begin(record(0, 0, "k", "v"))).isPresent();
  }

  @Test
  void forgetsWhatIsToBeRepeatedWhenThePartitionIsClosed() {
    Position settled = begin(0, 10);
    settled.repeated(true);
    offsets.settle(settled);
    Position late = begin(0, 11);
    late.repeated(true);
    assertThat(offsets.begin(record(0, 10, "k", "v"))).isEmpty();
    offsets.close(Set.of(ZERO));
    offsets.settle(late);

    assertThat(offsets.begin(record(0, 10, "k", "v"))).isPresent();
    assertThat(offsets.begin(record(0, 11, "k", "v"))).isPresent();
    assertThat(committable(ZERO, 12)).isEqualTo(10);
  }

  @Test
  void waitsForWhatIsRepeatedAndNotForWhatWasInFlight() {
    Position before = begin(0, 10);
    before.repeated(true);
    offsets.close(Set.of(ZERO));

    Position again = offsets.begin(record(0, 10, "k", "v")).orElseThrow();
    offsets.settle(before);
    assertThat(committable(ZERO, 11)).isEqualTo(10);
    offsets.settle(again);
    assertThat(committable(ZERO, 11)).isEqualTo(11);
  }

  @Test
  void doesNotWaitForARecordWhosePartitionWasClosed() {
    Position ten = begin(0, 10);
    offsets.close(Set.of(ZERO));

    assertThat(ten.orphaned()).isTrue();
    assertThat(committable(ZERO, 500)).isEqualTo(500);
  }

  @Test
  void waitsForAnOrphanThatEndsAfterItWasDeliveredAgain() {
    Position ten = begin(0, 10);
    offsets.close(Set.of(ZERO));
    Position again = begin(0, 10);
    assertThat(again.over()).isFalse();
    assertThat(committable(ZERO, 11)).isEqualTo(10);

    ten.ended(false, true);
    assertThat(again.over()).isTrue();
    offsets.settle(again);
    assertThat(committable(ZERO, 11)).isEqualTo(10);
    offsets.settle(ten);
    assertThat(committable(ZERO, 11)).isEqualTo(11);
    offsets.close(Set.of(ZERO));
    assertThat(offsets.begin(record(0, 10, "k", "v"))).isEmpty();
  }

  @Test
  void knowsAnOrphanThatEndsAfterItWasForgottenAgain() {
    Position ten = begin(0, 10);
    offsets.close(Set.of(ZERO));
    Position again = begin(0, 10);
    offsets.forget(again);
    ten.ended(false, true);
    offsets.settle(ten);

    assertThat(offsets.begin(record(0, 10, "k", "v"))).isEmpty();
  }

  @Test
  void takesAKnownOffsetWithAnotherTimestampForATopicCreatedAnew() {
    Position old = begin(0, 10);
    Position settled = begin(0, 11);
    offsets.settle(settled);
    SinkRecord other =
        new SinkRecord(TOPIC, 0, null, "k", null, "v", 11, 999_999L, TimestampType.CREATE_TIME);

    Position anew = offsets.begin(other).orElseThrow();
    offsets.forget(settled);
    offsets.settle(old);

    assertThat(committable(ZERO, 12)).isEqualTo(11);
    offsets.settle(anew);
    assertThat(committable(ZERO, 12)).isEqualTo(12);
  }

  @Test
  void goesByTheCoordinatesFromBeforeATransformation() {
    SinkRecord routed =
        record(0, 10, "k", "v").newRecord("elsewhere", 5, null, "k", null, "v", 1_010L);

    Position position = offsets.begin(routed).orElseThrow();

    assertThat(position).hasToString("psa.tickets-0@10");
    assertThat(committable(ZERO, 11)).isEqualTo(10);
  }

  private Position begin(int partition, long offset) {
    return offsets.begin(record(partition, offset, "k", "v")).orElseThrow();
  }

  private long committable(TopicPartition partition, long delivered) {
    return offsets.committable(Map.of(partition, at(delivered))).get(partition).offset();
  }

  private static OffsetAndMetadata at(long offset) {
    return new OffsetAndMetadata(offset);
  }
}
