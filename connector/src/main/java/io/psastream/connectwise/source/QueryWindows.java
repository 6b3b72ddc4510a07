package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.PassSource.Then;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.WindowScan.Opening;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.offset.KnownIds;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The windows of one query, one after the other: the one that is current, which one follows it, and
 * whether the list has windows at all. Where its changes cannot be found by {@code lastUpdated},
 * every window from then on is everything. A window that a stop has interrupted comes before all
 * others.
 */
final class QueryWindows {

  private static final Logger LOG = LoggerFactory.getLogger(QueryWindows.class);

  private final QueryReader reader;
  private final Optional<KnownIds> known;
  private final Metrics metrics;
  private final Supplier<Opening> clock;

  /** How the list is read; not as configured where that cannot find changes. */
  private Reading reading;

  /** The current window, or the last one; empty before the first. */
  private Optional<WindowScan> scan;

  /** Whether a stop has interrupted the window, so that it has to be completed first. */
  private boolean resumed;

  /** Whether the site was asked if it finds items by lastUpdated. */
  private boolean checked;

  /** Whether the site has taken a filter by lastUpdated. */
  private boolean filtered;

  /**
   * @param memory where the windows go on
   * @param clock tells what time it is
   */
  QueryWindows(QueryReader reader, QueryMemory memory, Metrics metrics, Supplier<Opening> clock) {
    this.reader = reader;
    this.known = memory.known();
    this.metrics = metrics;
    this.clock = clock;
    this.reading = reader.query().reading();
    this.scan =
        memory
            .usable(reading)
            .map(offset -> WindowScan.resume(offset, reading, known, metrics, clock.get()));
    this.resumed = scan.isPresent();
  }

  /** The requests that read them. */
  QueryReader reader() {
    return reader;
  }

  /** Whether windows read changes; else each reads everything. */
  boolean incremental() {
    return reading.mode() == Mode.INCREMENTAL;
  }

  /** The current window, or the last one; there must have been one. */
  WindowScan current() {
    return scan.orElseThrow();
  }

  /** The window that a stop has interrupted, until it is complete. */
  Optional<WindowScan> interrupted() {
    return scan.filter(it -> resumed);
  }

  /** Whether there is a current or a last window, and not one that a stop has interrupted. */
  boolean begun() {
    return scan.isPresent() && !resumed;
  }

  /**
   * Begins the next window, or goes on with the interrupted one.
   *
   * @throws ApiException when the site was to be asked first and has not answered
   */
  WindowScan open() {
    if (!checked && incremental()) {
      reader.checkAccessAndTimes().ifPresent(refusal -> readAll(refusal.getMessage()));
      checked = true;
    }
    WindowScan opened = resumed ? current() : next();
    scan = Optional.of(opened);
    return opened;
  }

  private WindowScan next() {
    Opening now = clock.get();
    boolean whole = reading.mode() == Mode.SNAPSHOT;
    Instant end = whole ? Instant.MAX : reader.windowEnd();
    Optional<Instant> start =
        whole ? Optional.empty() : reading.start().from(end).map(at -> at.isAfter(end) ? end : at);
    return scan.map(last -> last.next(end, now))
        .orElseGet(() -> WindowScan.first(start, end, reading, known, metrics, now));
  }

  /** The items of a page of the current window to emit. */
  List<Accepted> accept(Page page) {
    return current().accept(page.items(), page.position(), clock.get().nanos());
  }

  /** The request of the current window was answered. */
  void answered() {
    filtered |= filters();
  }

  private boolean filters() {
    return scan.flatMap(WindowScan::readFrom).isPresent();
  }

  /**
   * Whether the API itself says that the list does not take a filter by lastUpdated, which it has
   * never taken before; everything is read from now on then. An answer that cannot be read says
   * nothing.
   */
  boolean readAllIfRefused(ApiException failure) {
    boolean refused =
        failure.failure().kind() == Failure.Kind.REJECTED
            && failure.failure().status() == 400
            && failure.failure().code().isPresent()
            && !filtered
            && incremental()
            && filters();
    if (refused) {
      readAll(failure.getMessage());
    }
    return refused;
  }

  /** Reads the whole list on each run from now on, since its changes cannot be found otherwise. */
  private void readAll(String reason) {
    LOG.warn(
        "Query {} cannot find changes by lastUpdated and reads everything on each run from now on:"
            + " {}. Set mode=snapshot, and a schedule that the list is worth.",
        reader.query().name(),
        reason);
    reading = reading.asSnapshot();
    scan = Optional.empty();
    resumed = false;
  }

  /**
   * The current window was read to its end, and its records are handed over.
   *
   * @return when the next one is due
   */
  Then finish() {
    boolean again = resumed && incremental();
    if (scan.filter(last -> last.window().first() && last.undated()).isPresent()) {
      readAll("none of its items says when it was last updated");
    }
    resumed = false;
    return again ? Then.AGAIN : found() ? Then.SCHEDULED : Then.IDLE;
  }

  /** Whether the last window has sent anything, or leaves something to the next one. */
  private boolean found() {
    return scan.filter(last -> !last.empty()).isPresent();
  }
}
