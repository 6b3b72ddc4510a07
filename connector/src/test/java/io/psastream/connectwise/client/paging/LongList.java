package io.psastream.connectwise.client.paging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ValueDecoder;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A long list of tickets in a simulator, and its reading, of which it is known what was held. */
final class LongList {

  static final String PATH = "/service/tickets";

  private final Simulator simulator;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong mostHeld = new AtomicLong();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final List<Long> read = new ArrayList<>();

  LongList(Simulator simulator) {
    this.simulator = simulator;
  }

  /** So many tickets, of which each id is so much above the one before. */
  LongList tickets(int count, int step) {
    for (int i = 1; i <= count; i++) {
      put((long) i * step);
    }
    return this;
  }

  ItemCollection collection() {
    return simulator.store().collection(PATH);
  }

  void put(long id) {
    collection().put(JsonNodeFactory.instance.objectNode().put("id", id).put("summary", "x"));
  }

  ConnectWiseClient open(int inFlight) {
    return Calls.settings(simulator)
        .inFlight(inFlight)
        .retry(Calls.quickly(0))
        .maxBytes(10_000_000)
        .open();
  }

  PageReader reader(ConnectWiseClient client, int pageSize) {
    ValueDecoder<Item> counting =
        parser -> {
          Item item = Calls.ITEMS.decode(parser);
          threads.add(Thread.currentThread());
          if (((JsonNode) item.content()).has("summary")) { // so it is not the highest id alone
            mostHeld.accumulateAndGet(held.incrementAndGet(), Math::max);
          }
          return item;
        };
    return new PageReader(
        client,
        Calls.tickets(Map.of()),
        Optional.empty(),
        new Paging(PagingStrategy.KEYSET, pageSize, counting),
        AscendingIds.BEGINNING);
  }

  /** Takes the next page; whether more follow. */
  boolean take(PageReader reader) {
    Page page = reader.next();
    page.items().forEach(item -> read.add(item.id().orElseThrow()));
    held.addAndGet(-page.items().size());
    return !page.last();
  }

  List<Long> readAll(ConnectWiseClient client, int pageSize) {
    PageReader reader = reader(client, pageSize);
    boolean more = true;
    while (more) {
      more = take(reader);
    }
    return read;
  }

  /** The ids that were read so far, in their order. */
  List<Long> read() {
    return read;
  }

  /** The most items that were received and not yet taken. */
  long mostHeld() {
    return mostHeld.get();
  }

  /** The threads that items were read on. */
  Set<Thread> threads() {
    return threads;
  }

  long requests() {
    return simulator.requests().count(PATH);
  }
}
