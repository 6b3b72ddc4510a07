package io.psastream.connectwise.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.flow.BrokerExtension;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Creates and updates 500 tickets by 5,000 records while answers are lost and refused, kills the
 * worker twice and moves its partitions once, and compares what the double holds, and the order in
 * which it was told, with the records.
 */
@ExtendWith(BrokerExtension.class)
final class SinkOrdealIT {

  private final Sandbox sandbox;

  SinkOrdealIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void everyKeyHasOneTicketInItsNewestStateWhateverIsLostOrKilled() throws IOException {
    try (SinkOrdeal ordeal = new SinkOrdeal(sandbox)) {
      WriteLog log = ordeal.endure();

      assertThat(ordeal.sink().rejected()).as("records that are not accounted for").isEmpty();
      assertThat(log.createdTwice()).as("created twice").isEmpty();
      assertThat(ordeal.sink().states()).as("newest states").isEqualTo(ordeal.sink().expected());
      assertThat(log.outOfOrder()).as("before what they follow").isEmpty();
      System.out.println("Sink ordeal: " + log.size() + " writes for " + SinkOrdeal.RECORDS);
    }
  }
}
