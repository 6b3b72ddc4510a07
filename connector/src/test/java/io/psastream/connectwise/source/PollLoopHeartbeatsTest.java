package io.psastream.connectwise.source;

import static io.psastream.connectwise.source.PollLoops.A_LITTLE;
import static io.psastream.connectwise.source.PollLoops.INTERVAL;
import static io.psastream.connectwise.source.PollLoops.failure;
import static io.psastream.connectwise.source.PollLoops.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.client.Failure.Kind;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the loop sends a record for its offset alone. */
class PollLoopHeartbeatsTest {

  private final PollLoops loops = new PollLoops();
  private final HandExecutor readers = loops.readers;
  private final ScriptedPasses tickets = loops.tickets;
  private final ScriptedPasses companies = loops.companies;

  @Test
  void aQueryOfWhichKafkaHasTakenNothingForTheIntervalSendsAHeartbeat()
      throws InterruptedException {
    Duration heartbeat = INTERVAL.minus(A_LITTLE);
    PollLoop loop = loops.of(readers.atOnce(9), Optional.of(heartbeat), tickets.ends("a"));
    poll(loop);

    loops.now = heartbeat.toNanos() - 1;
    assertThat(loop.poll()).isNull();
    loops.now = heartbeat.toNanos();
    assertThat(poll(loop)).containsExactly("heartbeat of tickets after a");
    loops.now = heartbeat.toNanos() + 1;
    assertThat(loop.poll()).as("the interval begins anew").isNull();
  }

  @Test
  void aRecordThatIsInKafkaPutsTheHeartbeatOff() throws InterruptedException {
    Duration heartbeat = INTERVAL.minus(A_LITTLE);
    PollLoop loop = loops.of(readers.atOnce(9), Optional.of(heartbeat), tickets.ends("tickets 1"));
    poll(loop);
    loops.now = 5;
    loop.confirm(ScriptedPasses.record("tickets 1"), true);

    loops.now = heartbeat.toNanos() + 4;
    assertThat(loop.poll()).isNull();
    loops.now = heartbeat.toNanos() + 5;
    assertThat(poll(loop)).containsExactly("heartbeat of tickets after tickets 1");
  }

  /** Else a restart would read it all again, however long nothing was wanted of it. */
  @Test
  void aQueryOfWhichEverythingIsDroppedSendsHeartbeatsAfterItsRecords()
      throws InterruptedException {
    tickets.gives("tickets 1").gives("tickets 2").gives("tickets 3");
    PollLoop loop = loops.of(readers.atOnce(3), Optional.of(Duration.ofSeconds(5)), tickets);
    poll(loop);
    loop.confirm(ScriptedPasses.record("tickets 1"), false);

    loops.now = Duration.ofSeconds(5).toNanos();
    assertThat(poll(loop)).containsExactly("tickets 2", "heartbeat of tickets after tickets 2");
    assertThat(poll(loop)).containsExactly("tickets 3");
  }

  @Test
  void aQueryInTheMiddleOfAPassSendsHeartbeatsWithTheOffsetOfWhatWasHandedOver()
      throws InterruptedException {
    tickets.gives("a").ends("b");
    PollLoop loop = loops.of(readers.atOnce(1), Optional.of(Duration.ofSeconds(5)), tickets);
    poll(loop);
    loops.now = Duration.ofSeconds(5).toNanos();

    assertThat(poll(loop)).containsExactly("heartbeat of tickets after a");
    readers.runOne();
    assertThat(poll(loop)).containsExactly("b");
  }

  @Test
  void aQuerySendsHeartbeatsWhileAnotherIsBusy() throws InterruptedException {
    tickets.ends("a");
    companies.gives("companies 1").gives("companies 2");
    PollLoop loop =
        loops.of(readers.atOnce(3), Optional.of(Duration.ofSeconds(5)), tickets, companies);
    poll(loop);
    poll(loop);
    loops.now = Duration.ofSeconds(5).toNanos();
    loop.confirm(ScriptedPasses.record("companies 1"), true);

    assertThat(poll(loop)).containsExactly("companies 2", "heartbeat of tickets after a");
  }

  @Test
  void aQueryWithoutAnOffsetSendsNoHeartbeat() throws InterruptedException {
    tickets.fails(failure(Kind.THROTTLED, Optional.of(INTERVAL)));
    PollLoop loop = loops.of(readers.atOnce(9), Optional.of(Duration.ofSeconds(5)), tickets);
    loop.poll();

    loops.now = INTERVAL.minus(A_LITTLE).toNanos();

    assertThat(loop.poll()).isNull();
  }
}
