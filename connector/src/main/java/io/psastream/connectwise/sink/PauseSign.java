package io.psastream.connectwise.sink;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the connector of a task is paused. Connect stops reading then, goes on calling the task
 * without records, and tells it nothing. But it gives itself away: a task may not resume a
 * partition that is not its own, except while the connector is paused, when resuming does nothing
 * (Kafka Connect, {@code WorkerSinkTaskContext.resume}, the same from 3.7 to 4.4). The sign is
 * believed only where it has shown that the connector was not paused. Asked on the task's own
 * thread.
 */
final class PauseSign {

  private static final Logger LOG = LoggerFactory.getLogger(PauseSign.class);

  /** No topic has this name. */
  private static final TopicPartition NOBODYS = new TopicPartition("", 0);

  /** After how many milliseconds Connect is told again when to call. */
  private static final long[] AGAIN_MS = {2, 20, 200};

  private final SinkTaskContext context;
  private boolean known;
  private boolean told;

  PauseSign(SinkTaskContext context) {
    this.context = context;
  }

  /** Records came, as they do not while the connector is paused. */
  void recordsCame() {
    if (known) {
      return;
    }
    known = resumingIsRefused();
    if (!known && !told) {
      told = true;
      LOG.info(
          "This worker does not show that a connector is paused. PAUSED halts writing after what"
              + " two seconds take and the records of one poll, which you can lower with"
              + " consumer.override.max.poll.records; STOPPED halts it at once.");
    }
  }

  /** Whether this worker shows it. */
  boolean known() {
    return known;
  }

  /** Whether the connector is paused; false where the worker does not show it. */
  boolean paused() {
    return known && !resumingIsRefused();
  }

  private boolean resumingIsRefused() {
    try {
      context.resume(NOBODYS);
      return false;
    } catch (RuntimeException e) {
      return true; // the connector is not paused
    }
  }

  /**
   * Has Connect call again within so many milliseconds, also when the connector is resumed. To
   * resume, Connect wakes its consumer, and waits for records or the next commit then, unless it
   * was told during that wait when to call: so it is told from another thread. It asks for the
   * number once in each wait, so to tell it too often changes nothing.
   */
  void callAgainWithin(long millis) {
    for (long later : AGAIN_MS) {
      CompletableFuture.delayedExecutor(later, TimeUnit.MILLISECONDS)
          .execute(() -> context.timeout(millis));
    }
  }
}
