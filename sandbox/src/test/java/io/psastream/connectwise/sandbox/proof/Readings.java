package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.flow.Tenant;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.read.ListBody;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the double has answered to the scans of its tickets, window by window: the versions that
 * were current when they were read. Knows nothing of the connector but its requests.
 *
 * <p>A window begins with a request without an id, and is known by the lower bound that its
 * requests ask for, which may be lower than that of the last one. After a kill the connector reads
 * on in the window of its last committed record, so another bound beside an id tells that the
 * windows after it came to nothing. Of one ticket in one window the last reading counts, since what
 * was committed of a window is not read again.
 */
final class Readings {
  private static final Pattern AFTER = Pattern.compile("lastUpdated > \\[([^]]+)]");

  /** Stands for the bound of the snapshot, which has none. */
  private static final Instant NONE = Instant.MIN;

  private final List<Window> windows = new ArrayList<>();
  private long pages;
  private long scans;

  private record Window(Instant bound, Map<Long, StoredItem> read) {}

  static Readings of(Tenant tenant) {
    Readings readings = new Readings();
    tenant
        .simulator()
        .faults()
        .after(Fault.of("hook").method("GET").on(Tenant.TICKETS), readings::note);
    return readings;
  }

  private synchronized void note(Request request, Response response) {
    // A single item is asked for to learn the server's time, outside of any window.
    boolean scan = !"1".equals(request.query().get("pageSize"));
    if (scan && response.body() instanceof ListBody page) {
      boolean begins = !request.query().getOrDefault("conditions", "").contains("id > ");
      Map<Long, StoredItem> read = window(bound(request), begins).read();
      page.items().forEach(item -> read.put(item.id(), item));
      pages++;
      scans += begins ? 1 : 0;
    }
  }

  /** The present window; a beginning that is repeated is that of one. */
  private Window window(Instant bound, boolean begins) {
    if (windows.isEmpty() || !windows.get(windows.size() - 1).bound().equals(bound)) {
      int known = windows.stream().map(Window::bound).toList().indexOf(bound);
      if (begins || known < 0) {
        windows.add(new Window(bound, new HashMap<>()));
      } else {
        windows.subList(known + 1, windows.size()).clear();
      }
    }
    return windows.get(windows.size() - 1);
  }

  private static Instant bound(Request request) {
    Matcher after = AFTER.matcher(request.query().getOrDefault("conditions", ""));
    return after.find() ? Instant.parse(after.group(1)) : NONE;
  }

  /** How many pages were answered so far. */
  synchronized long pages() {
    return pages;
  }

  /** Whether nothing but the snapshot was asked for yet. */
  synchronized boolean inSnapshot() {
    return windows.isEmpty() || windows.get(windows.size() - 1).bound().equals(NONE);
  }

  /** How many windows were begun so far; those of a quiet list all have the same bound. */
  synchronized long scans() {
    return scans;
  }

  /**
   * The versions that belong to the windows in which they were read, so that each must have
   * arrived. A window ends where the next begins, which is not before any bound so far; the latest
   * window is left out, since its end is not known.
   */
  synchronized List<StoredItem> due() {
    List<StoredItem> due = new ArrayList<>();
    Instant end = NONE;
    for (int i = 0; i + 1 < windows.size(); i++) {
      Instant next = windows.get(i + 1).bound();
      end = next.isAfter(end) ? next : end;
      for (StoredItem item : windows.get(i).read().values()) {
        if (!item.updated().orElseThrow().isAfter(end)) {
          due.add(item);
        }
      }
    }
    return due;
  }
}
