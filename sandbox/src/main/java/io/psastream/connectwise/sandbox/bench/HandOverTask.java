package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.bench.TicketPages.Page;
import io.psastream.connectwise.sandbox.bench.TicketPages.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * Fetches the first pages when it starts, and then hands over their tickets as text, page by page
 * and round and round, until it has sent so many. What it holds does not grow with that number.
 */
public final class HandOverTask extends SourceTask {
  static final String TOPIC = "topic";
  static final String COUNT = "bench.count";

  private static final int MOST_PAGES = 20;
  private static final Map<String, String> PARTITION = Map.of("bench", "tickets");

  private final List<Page> pages = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private String topic = "";
  private long left;
  private int next;

  @Override
  public void start(Map<String, String> properties) {
    topic = properties.get(TOPIC);
    left = Long.parseLong(properties.get(COUNT));
    TicketPages source = new TicketPages(properties);
    Page page = source.after(0);
    while (!page.slices().isEmpty() && pages.size() < MOST_PAGES) {
      pages.add(page);
      page = source.after(page.slices().get(page.slices().size() - 1).id());
    }
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    if (left == 0) {
      stopped.await(100, TimeUnit.MILLISECONDS);
      return null;
    }
    Page page = pages.get(next);
    next = (next + 1) % pages.size();
    int count = (int) Math.min(left, page.slices().size());
    left -= count;
    List<SourceRecord> records = new ArrayList<>(count);
    for (Slice slice : page.slices().subList(0, count)) {
      records.add(record(page, slice));
    }
    return records;
  }

  private SourceRecord record(Page page, Slice slice) {
    return new SourceRecord(
        PARTITION,
        Map.of("id", slice.id()),
        topic,
        Schema.INT64_SCHEMA,
        slice.id(),
        Schema.STRING_SCHEMA,
        page.text(slice));
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  @Override
  public String version() {
    return "benchmark";
  }
}
