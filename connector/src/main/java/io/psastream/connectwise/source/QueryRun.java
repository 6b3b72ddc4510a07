package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.Query.Mode;
import io.psastream.connectwise.source.config.Query.Reading;
import io.psastream.connectwise.source.config.Query.Refresh;
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
 * Where one query stands: it opens windows, and between them full refreshes and sweeps, one pass
 * after the other. Opening and reading run on a reader's thread; nothing else is called meanwhile.
 */
final class QueryRun {

  /** What a pass is for. */
  enum PassKind {
    WINDOW,
    REFRESH,
    SWEEP
  }

  private final QueryReader reader;
  private final ChildQueries children;
  private final Optional<Checkpoints> checkpoints;
  private final WindowScan.Notes notes;

  /** Fingerprints of the items by id, where a refresh is to send only what has changed. */
  private final Optional<Map<Long, Long>> contents;

  private Optional<WindowScan> scan;
  private Optional<Long> refreshed;
  private boolean resumed;
  private boolean introduced;
  private Optional<Pass> pass = Optional.empty();

  /**
   * What a run works with.
   *
   * @param checkpoints present where there is a heartbeat topic
   * @param notes what is kept beside the offsets
   */
  record Parts(
      QueryReader reader,
      ChildQueries children,
      Optional<Checkpoints> checkpoints,
      WindowScan.Notes notes) {}

  /**
   * @param stored where the query stood when its last record was committed
   */
  QueryRun(Parts parts, Optional<SourceOffset> stored) {
    this.reader = parts.reader();
    this.children = parts.children();
    this.checkpoints = parts.checkpoints();
    this.notes = parts.notes();
    this.contents = query().refresh().filter(Refresh::changedOnly).map(refresh -> new HashMap<>());
    Reading reading = query().reading();
    Optional<SourceOffset> fitting = stored.flatMap(offset -> fitting(offset, reading));
    this.scan = fitting.map(offset -> WindowScan.resume(offset, reading, notes));
    this.refreshed = fitting.flatMap(SourceOffset::refresh);
    this.resumed = scan.isPresent() && refreshed.isEmpty();
  }

  /** What of a stored offset still holds after the way of reading was changed. */
  private static Optional<SourceOffset> fitting(SourceOffset offset, Reading reading) {
    boolean windows = reading.mode() == Mode.INCREMENTAL;
    if (windows == offset.window().equals(Window.EVERYTHING)) {
      return Optional.empty();
    }
    if (offset.byId() == reading.strategy().byId()) {
      return Optional.of(offset);
    }
    return Optional.of(
        new SourceOffset(
            offset.window(), 0, !offset.byId(), offset.sent(), Optional.empty(), offset.fresh()));
  }

  Query query() {
    return reader.query();
  }

  /** What a stop has interrupted, which goes first. */
  Optional<PassKind> interrupted() {
    return resumed ? Optional.of(PassKind.WINDOW) : refreshed.map(position -> PassKind.REFRESH);
  }

  /** Whether a pass of this kind can be opened now: none but windows before the first is over. */
  boolean ready(PassKind kind) {
    return kind == PassKind.WINDOW ? refreshed.isEmpty() : scan.isPresent() && !resumed;
  }

  /**
   * The next batch of the pass under way, or of a new one of this kind. Runs on a reader's thread.
   *
   * @throws io.psastream.connectwise.client.ApiException when it failed; calling again goes on
   *     there
   */
  Batch next(PassKind kind) {
    if (pass.isEmpty()) {
      pass = Optional.of(open(kind));
    }
    Batch batch = pass.get().next();
    Optional<List<SourceRecord>> stores =
        checkpoints.flatMap(
            store ->
                notes.known().map(ids -> store.ofIds(ids, batch.last() && kind == PassKind.SWEEP)));
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
              query().deletes().orElseThrow(),
              notes.known().orElseThrow(),
              checkpoints.orElseThrow());
    };
  }

  private Pass window() {
    if (!introduced && query().reading().mode() == Mode.INCREMENTAL) {
      reader.introduce();
      introduced = true;
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
    contents.ifPresent(known -> accepted.forEach(each -> isNew(each.item(), known)));
    return accepted;
  }

  private WindowScan nextScan() {
    if (query().reading().mode() == Mode.SNAPSHOT) {
      return scan.map(last -> last.next(Instant.MAX))
          .orElseGet(
              () -> WindowScan.first(Optional.empty(), Instant.MAX, query().reading(), notes));
    }
    Instant end = reader.windowEnd();
    return scan.map(last -> last.next(later(end, last.window().to())))
        .orElseGet(
            () ->
                WindowScan.first(
                    query().reading().start().from(end).filter(end::isAfter),
                    end,
                    query().reading(),
                    notes));
  }

  /** A server's clock that was set back must not make windows overlap. */
  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private Pass refresh(WindowScan between) {
    return new ReadPass(
        reader.pages(Optional.empty(), refreshed.orElse(0L)),
        page ->
            between.refresh(
                page.items(), item -> contents.map(known -> isNew(item, known)).orElse(true)),
        children,
        between.offset());
  }

  /** Whether an item is not as it was when it was last seen; remembers how it is. */
  private static boolean isNew(Item item, Map<Long, Long> contents) {
    if (item.id().isEmpty()) {
      return true;
    }
    long now = WindowScan.fingerprint(item);
    Long before = contents.put(item.id().getAsLong(), now);
    return before == null || before != now;
  }

  /**
   * Ends the pass after its last batch.
   *
   * @return whether it only finished what a stop had interrupted, so that the next is wanted at
   *     once
   */
  boolean finish() {
    boolean again = resumed && query().reading().mode() == Mode.INCREMENTAL;
    pass = Optional.empty();
    resumed = false;
    refreshed = Optional.empty();
    return again;
  }

  /**
   * The pass under way was refused. A sweep must be of one piece; the others go on where they are.
   */
  void refuse(PassKind kind) {
    if (kind == PassKind.SWEEP) {
      pass = Optional.empty();
    }
  }

  /**
   * A record that tells no more than where the query stands; empty before there is anything to
   * tell.
   */
  Optional<SourceRecord> heartbeat() {
    return checkpoints.flatMap(store -> scan.map(standing -> store.heartbeat(standing.offset())));
  }

  /** Connect has taken a record; called on any thread. */
  void confirm(Map<String, ?> partition) {
    if (checkpoints.filter(store -> store.isChunk(partition)).isPresent()) {
      notes.known().ifPresent(KnownIds::confirm);
    }
  }
}
