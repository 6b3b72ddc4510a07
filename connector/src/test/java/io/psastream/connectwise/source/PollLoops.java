package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.source.QueryFailures.Waits;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Loops with passes, readers and a clock of the test's own. They really wait for what is due next,
 * so the clock is moved to just before that.
 */
final class PollLoops {

  static final Duration BACKOFF = Duration.ofSeconds(30);
  static final Duration PATIENCE = Duration.ofMinutes(10);
  static final Duration INTERVAL = Duration.ofSeconds(60);
  static final Duration A_LITTLE = Duration.ofNanos(10);

  final HandExecutor readers = new HandExecutor();
  final ScriptedPasses tickets = new ScriptedPasses("tickets");
  final ScriptedPasses companies = new ScriptedPasses("companies");
  final List<String> closed = new ArrayList<>();
  long now;
  final NotificationQueue notifications = new NotificationQueue(true, () -> now);

  /** Readers that fetch at once, and no heartbeat. */
  PollLoop of(ScriptedPasses... queries) {
    return of(readers.atOnce(Integer.MAX_VALUE), Optional.empty(), queries);
  }

  PollLoop of(HandExecutor threads, Optional<Duration> heartbeat, ScriptedPasses... queries) {
    List<PolledQuery> polled = new ArrayList<>();
    for (ScriptedPasses each : queries) {
      PassScheduler scheduler =
          new PassScheduler(
              Map.of(PassKind.WINDOW, new Schedule.Every(INTERVAL)),
              Set.of(),
              kind -> true,
              InstantSource.fixed(Instant.EPOCH),
              LongUnaryOperator.identity(),
              now);
      polled.add(new PolledQuery(each, scheduler, false, now));
    }
    return new PollLoop(
        polled,
        new Waits(BACKOFF, PATIENCE),
        heartbeat,
        notifications,
        threads,
        () -> closed.add("client"),
        (failure, line) -> {},
        () -> now);
  }

  static List<Object> poll(PollLoop loop) throws InterruptedException {
    List<SourceRecord> polled = loop.poll();
    assertThat(polled).isNotNull();
    return polled.stream().map(SourceRecord::value).toList();
  }

  static ApiException failure(Kind kind, Optional<Duration> retryAfter) {
    return new ApiException(
        new Failure(
            kind,
            "list",
            400,
            Optional.empty(),
            Optional.of("no"),
            List.of(),
            Optional.empty(),
            retryAfter,
            Optional.empty()));
  }
}
