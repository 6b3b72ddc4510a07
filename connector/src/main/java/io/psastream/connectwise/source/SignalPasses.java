package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Reaction;
import io.psastream.connectwise.client.Reaction.Situation;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.Passes.Deletes;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.signal.SignalInbox;
import io.psastream.connectwise.source.signal.SignalInbox.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The passes that signals cause: single items are read and sent again, single deletions confirmed.
 * What is read is sent with the same batch, so that nothing that another pass sends can lie in
 * between. A signal is not worth a failed task: what the site refuses is dropped with a warning.
 */
final class SignalPasses {

  private static final Logger LOG = LoggerFactory.getLogger(SignalPasses.class);

  /** After so many failures in a row, which delay the pass each time, a signal is dropped. */
  private static final int MOST_FAILURES = 5;

  private final SignalInbox inbox;
  private final QueryReader reader;
  private final ChildQueries children;
  private final Fingerprints fingerprints;
  private final PassObserver observer;

  /** How many deletions signals have brought since the last sweep. */
  private long confirmed;

  SignalPasses(
      SignalInbox inbox,
      QueryReader reader,
      ChildQueries children,
      Fingerprints fingerprints,
      PassObserver observer) {
    this.inbox = inbox;
    this.reader = reader;
    this.children = children;
    this.fingerprints = fingerprints;
    this.observer = observer;
  }

  SignalInbox inbox() {
    return inbox;
  }

  /** A sweep has compared everything. */
  void swept() {
    confirmed = 0;
  }

  /** Whether the pass goes on later after a failure; else what was asked for is dropped. */
  private boolean goesOn(ApiException failure, int failures, String what) {
    Kind kind = failure.failure().kind();
    boolean later =
        kind == Kind.CANCELLED
            || (failures < MOST_FAILURES
                && Reaction.to(kind, Situation.PROVEN_QUERY) == Reaction.RETRY_LATER);
    if (!later) {
      inbox.dropped();
      LOG.warn(
          "What a signal asks of query {} is dropped, since {} cannot be read: {}",
          reader.query().name(),
          what,
          failure.getMessage());
    }
    return later;
  }

  /** Reads some items, and sends those that windows do not bring. */
  final class Select implements Pass {

    private final Work.Picked work;
    private final RefreshScan scan;
    private final QueryWindows windows;
    private final PassProgress progress;
    private final Consumer<List<Long>> sent;
    private final Set<Long> overtaken = new HashSet<>();
    private final Set<Long> notSeen;
    private long position;
    private int failures;

    /**
     * @param sent told of items that are sent
     */
    Select(
        Work.Picked work, QueryWindows windows, PassProgress progress, Consumer<List<Long>> sent) {
      this.work = work;
      this.scan =
          new RefreshScan(windows.current(), item -> work.always() || fingerprints.differs(item));
      this.windows = windows;
      this.progress = progress;
      this.sent = sent;
      this.notSeen = new HashSet<>(work.ids());
      this.position = reader.query().reading().strategy().beginning();
    }

    @Override
    public Batch next() {
      if (!inbox.pace().take(System.nanoTime())) {
        return new Batch(List.of(), false);
      }
      List<Accepted> accepted = new ArrayList<>();
      Page[] read = new Page[1];
      ReadPass page =
          new ReadPass(
              () -> read[0] = reader.selected(conditions(), children.batchSize(), position),
              observer.observed(each -> accepted(each, accepted)),
              children,
              progress);
      page.overtaken(overtaken);
      try {
        List<SourceRecord> records = new ArrayList<>(page.next().records());
        while (page.midPage()) {
          records.addAll(page.next().records());
        }
        done(read[0], accepted);
        return new Batch(records, read[0].last());
      } catch (ApiException e) {
        if (goesOn(e, ++failures, "what it selects")) {
          throw e; // nothing was sent, and the page is read again
        }
        return new Batch(List.of(), true);
      }
    }

    private String conditions() {
      return work.conditions()
          .map(text -> "(" + text + ")")
          .orElseGet(
              () ->
                  work.ids().stream()
                      .map(String::valueOf)
                      .collect(Collectors.joining(",", "id in (", ")")));
    }

    private List<Accepted> accepted(Page page, List<Accepted> accepted) {
      scan.accept(page.items(), windows.current()).forEach(each -> accepted.add(each.alone()));
      inbox.leftToWindow(
          page.items().stream()
              .filter(item -> scan.leftToWindows(item, windows.current()))
              .filter(item -> !windows.current().skips(item))
              .map(item -> item.id().orElseThrow())
              .toList());
      return accepted;
    }

    private void done(Page page, List<Accepted> accepted) {
      failures = 0;
      position = page.position();
      accepted.forEach(each -> fingerprints.update(each.item()));
      sent.accept(accepted.stream().map(each -> each.item().id().orElseThrow()).toList());
      page.items().forEach(item -> notSeen.remove(item.id().orElse(0)));
      if (page.last()) {
        inbox.missing(notSeen);
      }
    }

    @Override
    public void overtaken(Collection<Long> ids) {
      overtaken.addAll(ids);
    }
  }

  /**
   * Asks for items that are said to be deleted. Only those that were sent are asked for, and only
   * the API's own NotFound makes a tombstone (P3); no more of them than a sweep would believe.
   */
  final class Confirm implements Pass {

    private final Deque<Long> ids;
    private final Deletes deletes;
    private final KnownIds known;
    private final Checkpoints checkpoints;
    private final Consumer<List<Long>> deleted;
    private int failures;

    /**
     * @param deleted told of deleted items before their tombstones are handed over
     */
    Confirm(Work.Suspects work, QueryMemory memory, Consumer<List<Long>> deleted) {
      this.ids = new ArrayDeque<>(work.ids());
      this.deletes = reader.query().passes().deletes().orElseThrow();
      this.known = memory.known().orElseThrow();
      this.checkpoints = memory.checkpoints().orElseThrow();
      this.deleted = deleted;
    }

    @Override
    public Batch next() {
      List<Long> gone = new ArrayList<>();
      while (!ids.isEmpty()) {
        long id = ids.peek();
        try {
          if (known.contains(id) && permitted(gone.size() + 1L)) {
            if (!inbox.pace().take(System.nanoTime())) {
              break;
            }
            if (reader.isGone(deletes.get(), id)) {
              gone.add(id);
            }
          }
          failures = 0;
        } catch (ApiException e) {
          if (!gone.isEmpty()) {
            break; // what was confirmed goes first: later it may be wrong
          }
          if (goesOn(e, ++failures, "whether an item exists")) {
            throw e;
          }
        }
        ids.remove();
      }
      confirmed += gone.size();
      deleted.accept(gone);
      List<SourceRecord> records = checkpoints.tombstones(gone, known);
      return new Batch(records, ids.isEmpty());
    }

    /** A permission that was changed hides rows, and answers NotFound for them. */
    private boolean permitted(long more) {
      boolean permitted = confirmed + more <= (known.count() + confirmed) * deletes.maxRatio();
      if (!permitted) {
        LOG.warn(
            "Query {} leaves deletions that signals speak of to the next sweep: those since the"
                + " last one would be more than deletes.max.ratio permits ({}).",
            reader.query().name(),
            deletes.maxRatio());
        inbox.leftToSweep();
        ids.removeIf(id -> !id.equals(ids.peek()));
      }
      return permitted;
    }
  }
}
