package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The progress of one query: opens windows, and between them full refreshes and sweeps, one pass
 * after the other. {@link #next} runs on a reader's thread; meanwhile nothing but {@link #confirm}
 * is called.
 */
final class QueryRun implements PassSource {

  private final QueryReader reader;
  private final ChildQueries children;
  private final Optional<Checkpoints> checkpoints;
  private final Optional<KnownIds> known;
  private final Metrics metrics;

  /** Fingerprints of the items by id; present where a refresh sends only what has changed. */
  private final Optional<Map<Long, Long>> contents;

  /** The current window, or the last one. */
  private Optional<WindowScan> scan;

  /** The last id that a refresh had read when a stop interrupted it. */
  private Optional<Long> refreshed;

  /** Whether the stored offset lies in a window that has to be completed first. */
  private boolean resumed;

  private boolean checked;
  private Optional<Pass> pass = Optional.empty();

  /**
   * @param checkpoints present where a heartbeat topic is configured
   * @param known the ids of the items sent; empty where deletions are not detected
   * @param stored the offset of the last record that was committed
   */
  QueryRun(
      QueryReader reader,
      ChildQueries children,
      Optional<Checkpoints> checkpoints,
      Optional<KnownIds> known,
      Metrics metrics,
      Optional<SourceOffset> stored) {
    this.reader = reader;
    this.children = children;
    this.checkpoints = checkpoints;
    this.known = known;
    this.metrics = metrics;
    this.contents =
        query().passes().refreshChangedOnly() ? Optional.of(new HashMap<>()) : Optional.empty();
    Reading reading = query().reading();
    Optional<SourceOffset> usable = stored.flatMap(offset -> usable(offset, reading));
    this.scan = usable.map(offset -> WindowScan.resume(offset, reading, known, metrics));
    this.refreshed = usable.flatMap(SourceOffset::refresh);
    this.resumed = scan.isPresent() && refreshed.isEmpty();
  }

  /** The part of a stored offset that holds although mode or paging may have been changed. */
  private static Optional<SourceOffset> usable(SourceOffset offset, Reading reading) {
    boolean windows = reading.mode() == Mode.INCREMENTAL;
    if (windows == offset.window().equals(Window.EVERYTHING)) {
      return Optional.empty();
    }
    if (offset.byId() == reading.strategy().byId()) {
      return Optional.of(offset);
    }
    return Optional.of(
        new SourceOffset(
            offset.window(),
            reading.strategy().beginning(),
            !offset.byId(),
            offset.sent(),
            Optional.empty(),
            offset.fresh()));
  }

  private Query query() {
    return reader.query();
  }

  @Override
  public String name() {
    return query().name();
  }

  /** The pass that a stop has interrupted, which has to be completed first. */
  Optional<PassKind> interrupted() {
    return resumed ? Optional.of(PassKind.WINDOW) : refreshed.map(position -> PassKind.REFRESH);
  }

  /** Whether a pass of this kind can start now: before the first window is over only windows. */
  boolean ready(PassKind kind) {
    return kind == PassKind.WINDOW ? refreshed.isEmpty() : scan.isPresent() && !resumed;
  }

  @Override
  public Batch next(PassKind kind) {
    if (pass.isEmpty()) {
      pass = Optional.of(open(kind));
    }
    Batch batch = pass.get().next();
    Optional<List<SourceRecord>> stores =
        checkpoints.flatMap(
            store -> known.map(ids -> store.ofKnownIds(ids, batch.last() && !kind.resumable())));
    if (stores.isEmpty() || stores.get().isEmpty()) {
      return batch;
    }
    List<SourceRecord> all = new ArrayList<>(batch.records());
    all.addAll(stores.get());
    return new Batch(all, batch.last());
  }

  private Pass open(PassKind kind) {
    return switch (kind) {
      case WINDOW -> window();
      case REFRESH -> refresh(scan.orElseThrow());
      case SWEEP ->
          new SweepPass(
              reader,
              query().passes().deletes().orElseThrow(),
              known.orElseThrow(),
              checkpoints.orElseThrow());
    };
  }

  private Pass window() {
    if (!checked && query().reading().mode() == Mode.INCREMENTAL) {
      reader.checkAccessAndTimes();
      checked = true;
    }
    WindowScan opened = resumed ? scan.orElseThrow() : nextScan();
    scan = Optional.of(opened);
    return new ReadPass(
        reader.pages(opened.readFrom(), opened.position()),
        page -> accept(opened, page),
        children,
        opened.offset());
  }

  private List<Accepted> accept(WindowScan opened, Page page) {
    List<Accepted> accepted = opened.accept(page.items(), page.position());
    contents.ifPresent(before -> accepted.forEach(each -> changed(each.item(), before)));
    return accepted;
  }

  private WindowScan nextScan() {
    if (query().reading().mode() == Mode.SNAPSHOT) {
      return scan.map(last -> last.next(Instant.MAX))
          .orElseGet(
              () ->
                  WindowScan.first(
                      Optional.empty(), Instant.MAX, query().reading(), known, metrics));
    }
    Instant end = reader.windowEnd();
    return scan.map(last -> last.next(latest(end, last.window().to())))
        .orElseGet(
            () ->
                WindowScan.first(
                    query().reading().start().from(end).filter(end::isAfter),
                    end,
                    query().reading(),
                    known,
                    metrics));
  }

  /** A window must not end before it begins, although the server's clock may be set back. */
  private static Instant latest(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private Pass refresh(WindowScan between) {
    return new ReadPass(
        reader.pages(
            Optional.empty(), refreshed.orElseGet(query().reading().strategy()::beginning)),
        page ->
            between.refresh(
                page.items(), item -> contents.map(before -> changed(item, before)).orElse(true)),
        children,
        between.offset());
  }

  /** Whether an item has changed since it was last seen; remembers its fingerprint. */
  private static boolean changed(Item item, Map<Long, Long> contents) {
    if (item.id().isEmpty()) {
      return true;
    }
    long now = WindowScan.fingerprint(item);
    Long before = contents.put(item.id().getAsLong(), now);
    return before == null || before != now;
  }

  @Override
  public boolean finish() {
    boolean again = resumed && query().reading().mode() == Mode.INCREMENTAL;
    pass = Optional.empty();
    resumed = false;
    refreshed = Optional.empty();
    return again;
  }

  /** A sweep compares one complete read, so it is dropped; other passes continue later. */
  @Override
  public void skip(PassKind kind) {
    if (!kind.resumable()) {
      pass = Optional.empty();
    }
  }

  @Override
  public Optional<SourceRecord> heartbeat() {
    return checkpoints.flatMap(store -> scan.map(current -> store.heartbeat(current.offset())));
  }

  @Override
  public void confirm(Map<String, ?> partition) {
    if (checkpoints.filter(store -> store.isChunk(partition)).isPresent()) {
      known.ifPresent(KnownIds::confirm);
    }
  }
}
