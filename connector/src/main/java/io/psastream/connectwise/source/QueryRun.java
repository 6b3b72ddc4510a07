package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.QueryMeter.Snapshot;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.WindowScan.Opening;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.Window;
import io.psastream.connectwise.source.signal.SignalInbox;
import io.psastream.connectwise.source.signal.SignalInbox.Work;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run of one query: opens windows, and full refreshes and sweeps between two of them, which
 * then go on side by side, a batch of each in turn. {@link #next} runs on a reader's thread;
 * meanwhile nothing but {@link #confirm} and {@link #heartbeat} is called.
 */
final class QueryRun implements PassSource {

  private static final Logger LOG = LoggerFactory.getLogger(QueryRun.class);

  private final QueryReader reader;
  private final ChildQueries children;
  private final Optional<Checkpoints> checkpoints;
  private final Optional<KnownIds> known;
  private final Metrics metrics;
  private final QueryMeter meter;

  /** Present where signals, or a refresh, send only what has changed. */
  private final Optional<Fingerprints> fingerprints;

  /** The offset with which the task has started. */
  private final Optional<Map<String, ?>> restored;

  /** How far the records have come; empty before the first window. */
  private Optional<PassProgress> progress;

  /** The current window, or the last one. */
  private Optional<WindowScan> scan;

  /** Whether the stored offset lies in a window that has to be completed first. */
  private boolean resumed;

  /** How the list is read; not as configured where that cannot find changes. */
  private Reading reading;

  private boolean checked;
  private int snapshots;

  /** Whether the site has taken a filter by lastUpdated. */
  private boolean filtered;

  /** What signals ask for; empty where there are none. */
  private final Optional<SignalPasses> signals;

  private final QueryNotices notices;

  private final Supplier<Opening> clock;

  /** The passes that are under way. */
  private final Map<PassKind, Pass> passes = new EnumMap<>(PassKind.class);

  /**
   * @param checkpoints present where a heartbeat topic is configured
   * @param known the ids of the items sent; empty where deletions are not detected
   * @param stored the offset of the last record that was committed
   * @param inbox what signals ask for; empty where there are none
   * @param notices told what happens
   */
  QueryRun(
      QueryReader reader,
      ChildQueries children,
      Optional<Checkpoints> checkpoints,
      Optional<KnownIds> known,
      Metrics metrics,
      Optional<SourceOffset> stored,
      Optional<SignalInbox> inbox,
      QueryNotices notices) {
    this(reader, children, checkpoints, known, metrics, stored, inbox, notices, Opening::now);
  }

  /**
   * @param clock tells what time it is for windows
   */
  QueryRun(
      QueryReader reader,
      ChildQueries children,
      Optional<Checkpoints> checkpoints,
      Optional<KnownIds> known,
      Metrics metrics,
      Optional<SourceOffset> stored,
      Optional<SignalInbox> inbox,
      QueryNotices notices,
      Supplier<Opening> clock) {
    this.notices = notices;
    this.clock = clock;
    this.reader = reader;
    this.children = children;
    this.checkpoints = checkpoints;
    this.known = known;
    this.metrics = metrics;
    this.meter = new QueryMeter(metrics, System::nanoTime, InstantSource.system());
    this.fingerprints =
        query().passes().refreshChangedOnly()
            ? Optional.of(Fingerprints.ofAll())
            : inbox.map(signalled -> Fingerprints.ofRecent());
    this.signals =
        inbox.map(it -> new SignalPasses(it, reader, children, fingerprints.orElseThrow()));
    this.reading = query().reading();
    Optional<SourceOffset> usable = stored.flatMap(offset -> usable(offset, reading));
    this.scan =
        usable.map(offset -> WindowScan.resume(offset, reading, known, metrics, clock.get()));
    Optional<Long> refreshed =
        usable
            .flatMap(SourceOffset::refresh)
            .filter(id -> query().passes().schedules().containsKey(PassKind.REFRESH))
            // From where one looks back moves on with the clock, so it begins anew.
            .map(id -> looksBack() ? reading.strategy().beginning() : id);
    this.progress = scan.map(resuming -> new PassProgress(known, resuming.state(), refreshed));
    this.restored = progress.map(PassProgress::offset);
    this.resumed = scan.isPresent();
    scan.ifPresent(resuming -> meter.resumes(resuming.window()));
    refreshed.ifPresent(position -> passes.put(PassKind.REFRESH, open(PassKind.REFRESH)));
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
            offset.reach(),
            offset.after(),
            offset.seen(),
            offset.opened(),
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

  @Override
  public QueryMeter meter() {
    return meter;
  }

  @Override
  public QueryNotices notices() {
    return notices;
  }

  /** The passes that a stop has interrupted, as far as they go on where they were. */
  Set<PassKind> interrupted() {
    Set<PassKind> interrupted = EnumSet.noneOf(PassKind.class);
    if (resumed) {
      interrupted.add(PassKind.WINDOW);
    }
    progress
        .flatMap(PassProgress::refreshed)
        .ifPresent(position -> interrupted.add(PassKind.REFRESH));
    return interrupted;
  }

  /**
   * Whether a pass of this kind can begin now. Other passes than windows begin between two of them,
   * so that whatever a window brings while a refresh is under way was read after its beginning.
   */
  boolean ready(PassKind kind) {
    boolean between = scan.isPresent() && !resumed && !passes.containsKey(PassKind.WINDOW);
    return switch (kind) {
      case WINDOW -> true;
      case REFRESH -> between && reading.mode() == Mode.INCREMENTAL;
      case SWEEP -> between;
      case SIGNAL -> between && signals.filter(each -> each.inbox().busy()).isPresent();
    };
  }

  @Override
  public Batch next(PassKind kind) {
    if (kind == PassKind.REFRESH && reading.mode() == Mode.SNAPSHOT) {
      signals.ifPresent(each -> each.inbox().ended(kind));
      return handOver(List.of(), true); // every run reads everything by now
    }
    if (!passes.containsKey(kind)) {
      passes.put(kind, open(kind));
    }
    if (known.filter(KnownIds::full).isPresent()) {
      return handOver(checkpoints.orElseThrow().makeRoom(known.get(), standing()), false);
    }
    Batch batch;
    try {
      batch = passes.get(kind).next();
    } catch (ApiException e) {
      if (kind != PassKind.WINDOW || !refusesFilter(e)) {
        throw e;
      }
      readAll(e.getMessage());
      passes.remove(kind);
      return next(kind);
    }
    filtered |= kind == PassKind.WINDOW && scan.flatMap(WindowScan::readFrom).isPresent();
    notices.sent(kind, batch.records().size());
    List<SourceRecord> records = new ArrayList<>(batch.records());
    checkpoints.ifPresent(
        store ->
            known.ifPresent(
                ids -> records.addAll(store.ofKnownIds(ids, batch.last() && !kind.resumable()))));
    if (batch.last()) {
      ended(kind);
    } else if (kind == PassKind.WINDOW && scan.orElseThrow().window().first()) {
      OptionalLong expected = meter.expected(() -> reader.total(scan.orElseThrow().readFrom()));
      notices.progress(meter.snapshotItems(), expected);
    }
    return handOver(records, batch.last());
  }

  private void ended(PassKind kind) {
    switch (kind) {
      case WINDOW -> {
        scan.orElseThrow().complete();
        progress.orElseThrow().windows(scan.orElseThrow().state());
        Window window = scan.orElseThrow().window();
        Optional<Snapshot> snapshot = meter.completes(window);
        snapshot.ifPresent(this::snapshotEnded);
        notices.completes(window, snapshot);
      }
      case REFRESH -> {
        progress.orElseThrow().endRefresh();
        notices.ended(kind, it -> it);
      }
      case SWEEP -> {
        signals.ifPresent(SignalPasses::swept);
        notices.ended(kind, it -> it.put("items", known.orElseThrow().count()));
      }
      case SIGNAL -> {}
    }
    signals.ifPresent(each -> each.inbox().ended(kind));
  }

  /** Told once; where each run reads everything, the others are of no interest. */
  private void snapshotEnded(Snapshot snapshot) {
    String text = "Query {} has completed its snapshot: {} items with {} requests in {} ms.{}";
    Object[] figures = {
      name(),
      snapshot.items(),
      snapshot.requests(),
      snapshot.duration().toMillis(),
      reading.mode() == Mode.INCREMENTAL ? " It reads changes from now on." : ""
    };
    if (snapshots++ == 0) {
      LOG.info(text, figures);
    } else {
      LOG.debug(text, figures);
    }
  }

  private Batch handOver(List<SourceRecord> records, boolean last) {
    return new Batch(records, last, standing());
  }

  /** The offset after the batches so far. */
  private Optional<Map<String, ?>> standing() {
    return progress.map(PassProgress::offset);
  }

  private Pass open(PassKind kind) {
    notices.begins(kind);
    return switch (kind) {
      case WINDOW -> window();
      case REFRESH -> refresh(scan.orElseThrow());
      case SWEEP ->
          new SweepPass(
              reader,
              query().passes().deletes().orElseThrow(),
              known.orElseThrow(),
              checkpoints.orElseThrow(),
              this::overtake);
      case SIGNAL -> signalled(signals.orElseThrow());
    };
  }

  private Pass signalled(SignalPasses passesOfSignals) {
    SignalInbox inbox = passesOfSignals.inbox();
    Optional<Work> work = inbox.next();
    if (work.filter(Work.Picked.class::isInstance).isPresent()
        && reading.mode() == Mode.INCREMENTAL) {
      return passesOfSignals
      .new Select(
          (Work.Picked) work.get(),
          scan.orElseThrow(),
          () -> scan.orElseThrow(),
          progress.orElseThrow(),
          sent -> overtakeOthers(PassKind.SIGNAL, sent));
    }
    if (work.filter(Work.Suspects.class::isInstance).isPresent() && known.isPresent()) {
      return passesOfSignals
      .new Confirm(
          (Work.Suspects) work.get(),
          query().passes().deletes().orElseThrow(),
          known.get(),
          checkpoints.orElseThrow(),
          this::overtake);
    }
    inbox.wake(); // every window reads everything, or nobody looks for deletions
    return () -> new Batch(List.of(), true);
  }

  private Pass window() {
    if (!checked && reading.mode() == Mode.INCREMENTAL) {
      reader.checkAccessAndTimes().ifPresent(refusal -> readAll(refusal.getMessage()));
      checked = true;
    }
    WindowScan opened = resumed ? scan.orElseThrow() : nextScan();
    scan = Optional.of(opened);
    meter.opens(opened.window());
    notices.opens(opened.window(), resumed);
    signals.ifPresent(each -> each.inbox().windowBegins(System.nanoTime()));
    if (progress.isEmpty()) {
      progress = Optional.of(new PassProgress(known, opened.state(), Optional.empty()));
    }
    return new ReadPass(
        reader.pages(opened.readFrom(), opened.position()),
        counted(page -> accept(opened, page)),
        children,
        progress.orElseThrow());
  }

  /**
   * Whether the API itself says that the list does not take a filter by lastUpdated, which it has
   * never taken before. An answer that cannot be read says nothing.
   */
  private boolean refusesFilter(ApiException failure) {
    return failure.failure().kind() == Failure.Kind.REJECTED
        && failure.failure().status() == 400
        && failure.failure().code().isPresent()
        && !filtered
        && reading.mode() == Mode.INCREMENTAL
        && scan.flatMap(WindowScan::readFrom).isPresent();
  }

  /** Reads the whole list on each run from now on, since its changes cannot be found otherwise. */
  private void readAll(String reason) {
    LOG.warn(
        "Query {} cannot find changes by lastUpdated and reads everything on each run from now on:"
            + " {}. Set mode=snapshot, and a schedule that the list is worth.",
        name(),
        reason);
    reading = reading.asSnapshot();
    scan = Optional.empty();
    resumed = false;
  }

  private List<Accepted> accept(WindowScan opened, Page page) {
    List<Accepted> accepted = opened.accept(page.items(), page.position(), clock.get().nanos());
    fingerprints.ifPresent(before -> accepted.forEach(each -> before.update(each.item())));
    if (signals.isPresent() || passes.containsKey(PassKind.REFRESH)) {
      List<Long> ids = ids(accepted);
      signals.ifPresent(each -> each.inbox().brought(ids));
      overtakeOthers(PassKind.WINDOW, ids);
    }
    return accepted;
  }

  private WindowScan nextScan() {
    Opening now = clock.get();
    boolean whole = reading.mode() == Mode.SNAPSHOT;
    Instant end = whole ? Instant.MAX : reader.windowEnd();
    Optional<Instant> start =
        whole ? Optional.empty() : reading.start().from(end).filter(end::isAfter);
    return scan.map(last -> last.next(end, now))
        .orElseGet(() -> WindowScan.first(start, end, reading, known, metrics, now));
  }

  private Pass refresh(WindowScan last) {
    PassProgress sent = progress.orElseThrow();
    boolean all = !query().passes().refreshChangedOnly();
    RefreshScan refresh =
        new RefreshScan(
            last, item -> fingerprints.map(before -> before.update(item)).orElse(true) || all);
    return new ReadPass(
        refreshed(sent.refreshed().orElseGet(query().reading().strategy()::beginning)),
        counted(page -> refresh.accept(page.items(), scan.orElseThrow())),
        children,
        sent);
  }

  /** The same choice; what is sent of it is counted, and what is new in it is told. */
  private ReadPass.Choice counted(ReadPass.Choice choice) {
    return new ReadPass.Choice() {
      @Override
      public List<Accepted> of(Page page) {
        return choice.of(page);
      }

      @Override
      public void sent(List<Accepted> items) {
        meter.sent(items);
        notices.seen(items);
      }
    };
  }

  private boolean looksBack() {
    return query().passes().refreshLookback().isPresent();
  }

  /** The pages of a full refresh; opened with the first, as answers tell the server's time. */
  private Supplier<Page> refreshed(long position) {
    return new Supplier<>() {
      private Supplier<Page> opened;

      @Override
      public Page get() {
        if (opened == null) {
          Instant end = reader.windowEnd();
          opened = reader.pages(query().passes().refreshLookback().map(end::minus), position);
        }
        return opened.get();
      }
    };
  }

  private static List<Long> ids(List<Accepted> accepted) {
    return accepted.stream().flatMapToLong(each -> each.item().id().stream()).boxed().toList();
  }

  /** A pass has sent these items: what others have read of them is older. */
  private void overtakeOthers(PassKind kind, List<Long> sent) {
    passes.forEach(
        (other, pass) -> {
          if (other != kind && other != PassKind.WINDOW) {
            pass.overtaken(sent);
          }
        });
  }

  /**
   * These items were deleted: what other passes have read of them does not follow the tombstones.
   */
  private void overtake(List<Long> deleted) {
    metrics.add(Metric.TOMBSTONES, deleted.size());
    passes.values().forEach(pass -> pass.overtaken(deleted));
  }

  @Override
  public Then finish(PassKind kind) {
    passes.remove(kind);
    if (kind != PassKind.WINDOW) {
      return Then.SCHEDULED;
    }
    signals.ifPresent(each -> each.inbox().windowEnds());
    boolean again = resumed && reading.mode() == Mode.INCREMENTAL;
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

  /** A sweep compares one complete read, so it is dropped; other passes continue later. */
  @Override
  public void skip(PassKind kind) {
    if (!kind.resumable()) {
      passes.remove(kind);
    }
  }

  @Override
  public void signalled(PassScheduler scheduler, long now) {
    signals.ifPresent(
        each -> scheduler.signalled(each.inbox(), query().reading().safetyLag(), now));
  }

  @Override
  public Optional<SourceRecord> pauseToStore() {
    return signals
        .flatMap(each -> each.inbox().toStore())
        .map(paused -> checkpoints.orElseThrow().pause(paused));
  }

  @Override
  public Optional<SourceRecord> heartbeat(Optional<Map<String, ?>> handedOver) {
    return checkpoints.flatMap(store -> handedOver.or(() -> restored).map(store::heartbeat));
  }

  @Override
  public boolean confirm(SourceRecord record, boolean written) {
    return checkpoints.filter(store -> store.confirm(record, written, known)).isPresent();
  }
}
