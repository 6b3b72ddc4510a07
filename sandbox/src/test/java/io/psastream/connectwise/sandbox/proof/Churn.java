package io.psastream.connectwise.sandbox.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 *
 * <p>A wild one does it less often, changes some without moving their {@code lastUpdated}, shows
 * some changes late, deletes some tickets and adds others.
 */
final class Churn implements AutoCloseable {
  private static final int PAUSE_MS = 10;
  private static final int WILD_PAUSE_MS = 50;
  private static final int RESTLESS = 20;
  private static final int LATE_MS = 5_000;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger changes = new AtomicInteger();
  private final ItemCollection tickets;
  private final List<Long> ids;
  private final Random random;

  private final Future<?> changing;

  /** By then every change that was made is visible. */
  private volatile Instant visible = Instant.MIN;

  /** Begins at once. */
  Churn(ItemCollection tickets, Random random) {
    this(tickets, random, false);
  }

  private Churn(ItemCollection tickets, Random random, boolean wild) {
    this.tickets = tickets;
    this.ids = new ArrayList<>(tickets.ids());
    this.random = random;
    Runnable change = wild ? this::changeWildly : () -> change(Stamp.now());
    this.changing =
        thread.scheduleWithFixedDelay(
            change, 0, wild ? WILD_PAUSE_MS : PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  /** Begins at once. */
  static Churn wild(ItemCollection tickets, Random random) {
    return new Churn(tickets, random, true);
  }

  private void changeWildly() {
    int chance = random.nextInt(100);
    if (chance < 1) {
      tickets.delete(some());
    } else if (chance < 2) {
      tickets.get(some()).map(StoredItem::tree).ifPresent(this::add);
    } else if (chance < 5) {
      change(Stamp.unchanged());
    } else if (chance < 15) {
      visible = Instant.now().plusMillis(LATE_MS);
      change(Stamp.now().visibleFrom(Instant.now().plusMillis(random.nextInt(LATE_MS))));
    } else {
      change(Stamp.now());
    }
  }

  private void add(ObjectNode like) {
    like.remove(List.of("id", "_info"));
    ids.add(tickets.put(like).id());
  }

  private void change(Stamp stamp) {
    String summary = "Change " + (changes.get() + 1);
    tickets.update(some(), ticket -> ticket.put("summary", summary), stamp);
    changes.incrementAndGet();
  }

  private long some() {
    int among = random.nextInt(4) == 0 ? RESTLESS : ids.size();
    return ids.get(random.nextInt(among));
  }

  /** How many changes there were. */
  int changes() {
    return changes.get();
  }

  /** No change comes after this, nor becomes visible. */
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
      Await.until(
          "Late changes are visible", Duration.ofSeconds(30), () -> Instant.now().isAfter(visible));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }
}
