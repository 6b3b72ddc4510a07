package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.signal.SignalInbox;
import io.psastream.connectwise.source.signal.SignalInbox.Work;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The run of one query: opens windows, and full refreshes and sweeps between two of them, which
 * then go on side by side, a batch of each in turn. {@link #next} runs on a reader's thread;
 * meanwhile nothing but {@link #confirm} and {@link #heartbeat} is called.
 */
final class QueryRun implements PassSource {

  private final QueryWindows windows;
  private final QueryReader reader;
  private final ChildQueries children;
  private final QueryMemory memory;
  private final PassObserver observer;
  private final OpenPasses passes = new OpenPasses();

  /** Present where signals, or a refresh, send only what has changed. */
  private final Optional<Fingerprints> fingerprints;

  /** What signals ask for; empty where there are none. */
  private final Optional<SignalPasses> signals;

  /** The offset with which the task has started. */
  private final Optional<Map<String, ?>> restored;

  /** How far the records have come; empty before the first window. */
  private Optional<PassProgress> progress;

  /**
   * @param memory where the query goes on
   * @param observer told what happens
   * @param inbox what signals ask for; empty where there are none
   */
  QueryRun(
      QueryWindows windows,
      ChildQueries children,
      QueryMemory memory,
      PassObserver observer,
      Optional<SignalInbox> inbox) {
    this.windows = windows;
    this.reader = windows.reader();
    this.children = children;
    this.memory = memory;
    this.observer = observer;
    this.fingerprints =
        query().passes().refreshChangedOnly()
            ? Optional.of(Fingerprints.ofAll())
            : inbox.map(signalled -> Fingerprints.ofRecent());
    this.signals =
        inbox.map(
            it -> new SignalPasses(it, reader, children, fingerprints.orElseThrow(), observer));
    Optional<Long> refreshed = storedRefresh();
    this.progress =
        windows
            .interrupted()
            .map(window -> new PassProgress(memory.known(), window.state(), refreshed));
    this.restored = progress.map(PassProgress::offset);
    windows.interrupted().ifPresent(resuming -> meter().resumes(resuming.window()));
    refreshed.ifPresent(position -> passes.begin(PassKind.REFRESH, open(PassKind.REFRESH)));
  }

  /** Where the full refresh goes on that a stop has interrupted. */
  private Optional<Long> storedRefresh() {
    boolean looksBack = query().passes().refreshLookback().isPresent();
    return memory
        .usable(query().reading())
        .flatMap(SourceOffset::refresh)
        .filter(id -> query().passes().schedules().containsKey(PassKind.REFRESH))
        // From where one looks back moves on with the clock, so it begins anew.
        .map(id -> looksBack ? query().reading().strategy().beginning() : id);
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
    return observer.meter();
  }

  @Override
  public QueryNotices notices() {
    return observer.notices();
  }

  /** The passes that a stop has interrupted, as far as they go on where they were. */
  Set<PassKind> interrupted() {
    Set<PassKind> interrupted = EnumSet.noneOf(PassKind.class);
    windows.interrupted().ifPresent(window -> interrupted.add(PassKind.WINDOW));
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
    boolean between = windows.begun() && !passes.has(PassKind.WINDOW);
    return switch (kind) {
      case WINDOW -> true;
      case REFRESH -> between && windows.incremental();
      case SWEEP -> between;
      case SIGNAL -> between && signals.filter(each -> each.inbox().busy()).isPresent();
    };
  }

  @Override
  public Batch next(PassKind kind) {
    if (kind == PassKind.REFRESH && !windows.incremental()) {
      signals.ifPresent(each -> each.inbox().ended(kind));
      return handOver(List.of(), true); // every run reads everything by now
    }
    if (!passes.has(kind)) {
      passes.begin(kind, open(kind));
    }
    if (memory.full()) {
      return handOver(memory.makeRoom(standing()), false);
    }
    Batch batch;
    try {
      batch = passes.get(kind).next();
    } catch (ApiException e) {
      if (kind != PassKind.WINDOW || !windows.readAllIfRefused(e)) {
        throw e;
      }
      passes.end(kind);
      return next(kind);
    }
    if (kind == PassKind.WINDOW) {
      windows.answered();
    }
    notices().sent(kind, batch.records().size());
    List<SourceRecord> records = new ArrayList<>(batch.records());
    records.addAll(memory.ofKnownIds(batch.last() && !kind.resumable()));
    if (batch.last()) {
      ended(kind);
    } else if (kind == PassKind.WINDOW && windows.current().window().first()) {
      OptionalLong expected = meter().expected(() -> reader.total(windows.current().readFrom()));
      notices().progress(meter().snapshotItems(), expected);
    }
    return handOver(records, batch.last());
  }

  private void ended(PassKind kind) {
    switch (kind) {
      case WINDOW -> {
        WindowScan window = windows.current();
        window.complete();
        progress.orElseThrow().windows(window.state());
        observer.completes(window.window(), windows.incremental());
      }
      case REFRESH -> {
        progress.orElseThrow().endRefresh();
        notices().ended(kind, it -> it);
      }
      case SWEEP -> {
        signals.ifPresent(SignalPasses::swept);
        notices().ended(kind, it -> it.put("items", memory.known().orElseThrow().count()));
      }
      case SIGNAL -> {}
    }
    signals.ifPresent(each -> each.inbox().ended(kind));
  }

  private Batch handOver(List<SourceRecord> records, boolean last) {
    return new Batch(records, last, standing());
  }

  /** The offset after the batches so far. */
  private Optional<Map<String, ?>> standing() {
    return progress.map(PassProgress::offset);
  }

  private Pass open(PassKind kind) {
    notices().begins(kind);
    return switch (kind) {
      case WINDOW -> window();
      case REFRESH -> refresh();
      case SWEEP -> new SweepPass(reader, memory, this::deleted);
      case SIGNAL -> signalled(signals.orElseThrow());
    };
  }

  private Pass window() {
    WindowScan opened = windows.open();
    observer.opens(opened.window(), windows.interrupted().isPresent());
    signals.ifPresent(each -> each.inbox().windowBegins(System.nanoTime()));
    if (progress.isEmpty()) {
      progress = Optional.of(new PassProgress(memory.known(), opened.state(), Optional.empty()));
    }
    return new ReadPass(
        reader.pages(opened.readFrom(), opened.position()),
        observer.observed(this::accept),
        children,
        progress.orElseThrow());
  }

  private List<Accepted> accept(Page page) {
    List<Accepted> accepted = windows.accept(page);
    fingerprints.ifPresent(before -> accepted.forEach(each -> before.update(each.item())));
    if (signals.isPresent() || passes.has(PassKind.REFRESH)) {
      List<Long> ids =
          accepted.stream().flatMapToLong(each -> each.item().id().stream()).boxed().toList();
      signals.ifPresent(each -> each.inbox().brought(ids));
      passes.sent(PassKind.WINDOW, ids);
    }
    return accepted;
  }

  private Pass refresh() {
    PassProgress sent = progress.orElseThrow();
    boolean all = !query().passes().refreshChangedOnly();
    RefreshScan refresh =
        new RefreshScan(
            windows.current(),
            item -> fingerprints.map(before -> before.update(item)).orElse(true) || all);
    return new ReadPass(
        reader.refreshPages(sent.refreshed().orElseGet(query().reading().strategy()::beginning)),
        observer.observed(page -> refresh.accept(page.items(), windows.current())),
        children,
        sent);
  }

  private Pass signalled(SignalPasses asked) {
    Work work = asked.inbox().next().orElse(null);
    if (work instanceof Work.Picked picked && windows.incremental()) {
      return asked
      .new Select(
          picked, windows, progress.orElseThrow(), ids -> passes.sent(PassKind.SIGNAL, ids));
    }
    if (work instanceof Work.Suspects suspects && memory.known().isPresent()) {
      return asked.new Confirm(suspects, memory, this::deleted);
    }
    asked.inbox().wake(); // every window reads everything, or nobody looks for deletions
    return () -> new Batch(List.of(), true);
  }

  /** The tombstones of these items are the next records; whatever comes of them later is new. */
  private void deleted(List<Long> ids) {
    observer.deleted(ids.size());
    fingerprints.ifPresent(before -> ids.forEach(before::remove));
    passes.deleted(ids);
  }

  @Override
  public Then finish(PassKind kind) {
    passes.end(kind);
    if (kind != PassKind.WINDOW) {
      return Then.SCHEDULED;
    }
    signals.ifPresent(each -> each.inbox().windowEnds());
    return windows.finish();
  }

  /** A sweep compares one complete read, so it is dropped; other passes continue later. */
  @Override
  public void skip(PassKind kind) {
    if (!kind.resumable()) {
      passes.end(kind);
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
        .map(paused -> memory.checkpoints().orElseThrow().pause(paused));
  }

  @Override
  public Optional<SourceRecord> heartbeat(Optional<Map<String, ?>> handedOver) {
    return memory
        .checkpoints()
        .flatMap(store -> handedOver.or(() -> restored).map(store::heartbeat));
  }

  @Override
  public boolean confirm(SourceRecord record, boolean written) {
    return memory.confirm(record, written);
  }
}
