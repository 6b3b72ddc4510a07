package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.bench.TicketPages.Page;
import io.psastream.connectwise.sandbox.bench.TicketPages.Slice;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * Hands over tickets page by page, until it has sent so many. Either it fetches the first pages
 * when it starts and goes round and round them as text, or it reads typed tickets then and does so,
 * or it fetches every page while it runs, so many at a time, and cuts it blindly; where it has
 * typed tickets, it hands over one of them for each piece. What it holds does not grow with the
 * number of tickets.
 */
public final class HandOverTask extends SourceTask {
  static final String TOPIC = "topic";
  static final String COUNT = "bench.count";

  /** A topic of tickets as JSON with schemas, to be handed over as Structs; none for text. */
  static final String STRUCTS = "bench.structs";

  static final String BOOTSTRAP = "bench.bootstrap.servers";

  /** How many pages to fetch at a time while it runs; 0 to fetch none then. */
  static final String IN_FLIGHT = "bench.in.flight";

  private static final int MOST_PAGES = 20;
  private static final Map<String, String> PARTITION = Map.of("bench", "tickets");

  private final List<Page> pages = new ArrayList<>();
  private List<SchemaAndValue> structs = List.of();
  private final Queue<Future<Page>> coming = new ArrayDeque<>();
  private final ExecutorService fetchers = Executors.newCachedThreadPool();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private TicketPages source;
  private String topic = "";
  private int inFlight;
  private long left;
  private long asked;
  private int next;

  @Override
  public void start(Map<String, String> properties) {
    topic = properties.get(TOPIC);
    left = Long.parseLong(properties.get(COUNT));
    inFlight = Integer.parseInt(properties.get(IN_FLIGHT));
    source = new TicketPages(properties);
    if (properties.containsKey(STRUCTS)) {
      structs = StructTopic.read(properties.get(BOOTSTRAP), properties.get(STRUCTS));
    }
    if (inFlight > 0 || !structs.isEmpty()) {
      return;
    }
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
    if (inFlight > 0) {
      return records(fetched());
    }
    return structs.isEmpty() ? records(pages.get(next++ % pages.size())) : structs();
  }

  private List<SourceRecord> structs() {
    int count = (int) Math.min(left, structs.size());
    left -= count;
    List<SourceRecord> records = new ArrayList<>(count);
    for (SchemaAndValue struct : structs.subList(0, count)) {
      records.add(record(++asked, struct.schema(), struct.value()));
    }
    return records;
  }

  private List<SourceRecord> records(Page page) {
    int count = (int) Math.min(left, page.slices().size());
    left -= count;
    List<SourceRecord> records = new ArrayList<>(count);
    for (Slice slice : page.slices().subList(0, count)) {
      if (structs.isEmpty()) {
        records.add(record(slice.id(), Schema.STRING_SCHEMA, page.text(slice)));
      } else {
        SchemaAndValue struct = structs.get(records.size() % structs.size());
        records.add(record(slice.id(), struct.schema(), struct.value()));
      }
    }
    return records;
  }

  /** The next page, with as many behind it on their way. The simulator counts ids from 1 on. */
  private Page fetched() throws InterruptedException {
    int wanted = (int) Math.min(inFlight, (left + TicketPages.SIZE - 1) / TicketPages.SIZE);
    while (coming.size() < wanted) {
      long after = asked;
      asked += TicketPages.SIZE;
      coming.add(fetchers.submit(() -> source.piecesAfter(after)));
    }
    try {
      return coming.remove().get();
    } catch (ExecutionException e) {
      throw new SandboxException("A page could not be fetched", e);
    }
  }

  private SourceRecord record(long id, Schema schema, Object value) {
    return new SourceRecord(
        PARTITION, Map.of("id", id), topic, Schema.INT64_SCHEMA, id, schema, value);
  }

  @Override
  public void stop() {
    stopped.countDown();
    fetchers.shutdownNow();
  }

  @Override
  public String version() {
    return "benchmark";
  }
}
