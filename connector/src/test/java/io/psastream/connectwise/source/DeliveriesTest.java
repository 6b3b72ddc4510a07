package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A topic that does not exist is told, since Connect waits for it without a word. */
class DeliveriesTest {

  private static final SourceRecord TICKET = record("psa.tickets");
  private static final SourceRecord BEAT = record("psa.heartbeats");

  private final Deliveries deliveries = new Deliveries();

  @AfterEach
  void tearDown() {
    deliveries.close();
  }

  @Test
  void aStandstillIsToldOnceWithTheTopicsThatWait() {
    deliveries.polled();
    deliveries.handed(List.of(TICKET, BEAT, TICKET));
    deliveries.confirmed(TICKET);
    deliveries.confirmed(TICKET);

    assertThat(deliveries.check()).isEmpty(); // something has moved
    assertThat(deliveries.check()).isEmpty();
    assertThat(deliveries.check()).isEmpty();
    assertThat(deliveries.check().orElseThrow())
        .startsWith(
            "Kafka Connect has neither written records nor asked for more for 30 s. It was handed"
                + " records for psa.heartbeats (before transformations): does every topic exist?")
        .contains("topic.creation.default.replication.factor");
    assertThat(deliveries.check()).isEmpty();
  }

  @Test
  void whereConnectPollsOrHasWrittenEverythingThereIsNoStandstill() {
    deliveries.handed(List.of(TICKET));
    for (int i = 0; i < 10; i++) {
      deliveries.polled(); // a transaction may take its time
      assertThat(deliveries.check()).isEmpty();
    }

    deliveries.confirmed(TICKET);
    for (int i = 0; i < 10; i++) { // paused, for example
      assertThat(deliveries.check()).isEmpty();
    }
  }

  private static SourceRecord record(String topic) {
    return new SourceRecord(Map.of(), Map.of(), topic, null, null);
  }
}
