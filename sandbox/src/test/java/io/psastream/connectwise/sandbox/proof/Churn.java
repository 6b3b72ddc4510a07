package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.simulator.store.ItemCollection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Changes random tickets, a hundred a second at most, until it is closed. A few are changed over
 * and over, several times a second at times, so that some never rest. No two versions of a ticket
 * have the same content.
 */
final class Churn implements AutoCloseable {
  private static final int PAUSE_MS = 10;
  private static final int RESTLESS = 20;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger changes = new AtomicInteger();
  private final ItemCollection tickets;
  private final List<Long> ids;
  private final Random random;

  private final Future<?> changing;

  /** Begins at once. */
  Churn(ItemCollection tickets, Random random) {
    this.tickets = tickets;
    this.ids = tickets.ids();
    this.random = random;
    this.changing = thread.scheduleWithFixedDelay(this::change, 0, PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  private void change() {
    int among = random.nextInt(4) == 0 ? RESTLESS : ids.size();
    String summary = "Change " + (changes.get() + 1);
    tickets.update(ids.get(random.nextInt(among)), ticket -> ticket.put("summary", summary));
    changes.incrementAndGet();
  }

  /** How many changes there were. */
  int changes() {
    return changes.get();
  }

  /** No change comes after this. */
  @Override
  public void close() {
    if (changing.isDone()) {
      throw new AssertionError("The changes ended by themselves");
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new AssertionError("The changes do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }
}
