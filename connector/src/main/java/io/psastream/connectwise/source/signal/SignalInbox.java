package io.psastream.connectwise.source.signal;

import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.signal.SignalNews.SignalEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What signals ask of one query and is not done yet: many of a kind are one, and all of it is
 * bounded, since anyone who writes to the topic can send as many as he likes. It is kept in memory
 * alone. Used by several threads.
 */
public final class SignalInbox {

  /** Ids read by one request. */
  private static final int IDS_PER_REQUEST = 50;

  /** Ids that wait, and signals of a type. */
  private static final int MOST_IDS = 10_000;

  private static final int MOST_WAITING = 100;

  private static final long SECOND = 1_000_000_000;

  /** The query and what it can do about signals. */
  public record SignalledQuery(String name, String resource, Set<PassKind> kinds) {}

  /** Something to do. */
  public sealed interface Work {

    /** These items are said to be deleted, or were not found. */
    record Suspects(List<Long> ids) implements Work {}

    /**
     * These items are to be read.
     *
     * @param always whether they are sent although they have not changed
     * @param ends the signal of which this is the last part
     */
    record Picked(
        Optional<String> conditions, List<Long> ids, boolean always, Optional<Signal.ForQuery> ends)
        implements Work {}
  }

  private final SignalledQuery subject;
  private final boolean only;
  private final SignalPace pace;

  /** Ids since the last window began; those that it may bring; those that it has not brought. */
  private final Set<Long> arrived = new LinkedHashSet<>();

  private final Set<Long> awaited = new LinkedHashSet<>();
  private final Set<Long> left = new LinkedHashSet<>();

  private final Set<Long> missing = new LinkedHashSet<>();
  private final Deque<Work.Picked> rereads = new ArrayDeque<>();
  private final Set<PassKind> asked = EnumSet.noneOf(PassKind.class);

  /** The signals that ask for passes, and those whose passes have come to be due. */
  private final List<Signal.Run> runs = new ArrayList<>();

  private final List<Signal.Run> due = new ArrayList<>();

  /** Signals that pause and resume, until that is to be stored. */
  private final List<Signal.ForQuery> pauses = new ArrayList<>();

  private final Consumer<SignalNews> news;

  /**
   * Whether a part of a reread is being done, the signal that ends with it, and what was dropped.
   */
  private boolean rereading;

  private Optional<Signal.ForQuery> ending = Optional.empty();
  private boolean dropped;
  private boolean rereadsTurn;
  private boolean woken;
  private OptionalLong wakeAt = OptionalLong.empty();
  private OptionalLong wakeAgainAt = OptionalLong.empty();
  private boolean paused;
  private boolean stored;

  /**
   * @param only whether the connector has no other query, so that signals need not name it
   * @param pace what signals may cost
   * @param paused whether the query stands still, as is stored
   * @param news told what becomes of the signals for this query that are not mere changes
   */
  public SignalInbox(
      SignalledQuery query,
      boolean only,
      SignalPace pace,
      boolean paused,
      Consumer<SignalNews> news) {
    this.news = news;
    this.subject = query;
    this.only = only;
    this.pace = pace;
    this.paused = paused;
    this.stored = paused;
  }

  /**
   * Takes a signal, if it concerns the query.
   *
   * @throws IllegalArgumentException when the query cannot do what it asks for
   */
  public synchronized boolean offer(Signal signal) {
    if (signal instanceof Signal.Changed changed) {
      return changed.resources().contains(subject.resource()) && changed(changed);
    }
    Optional<String> query = ((Signal.ForQuery) signal).query();
    if (query.isEmpty() && !only) {
      throw new IllegalArgumentException(
          "\"query\" is missing, and the connector has more than one");
    }
    if (query.filter(name -> !name.equalsIgnoreCase(subject.name())).isPresent()) {
      return false;
    }
    if (signal instanceof Signal.Reread reread) {
      reread(reread);
    } else if (signal instanceof Signal.Run run) {
      if (!subject.kinds().contains(run.kind())) {
        throw new IllegalArgumentException(
            run.kind() == PassKind.SWEEP
                ? "the query looks for no deletions; set deletes.detect=sweep"
                : "the query reads everything on each run anyway");
      }
      remember(runs, run);
      asked.add(run.kind());
    } else {
      remember(pauses, (Signal.Pause) signal);
      paused = ((Signal.Pause) signal).paused();
    }
    news.accept(SignalNews.of(SignalEvent.TAKEN, (Signal.ForQuery) signal));
    return true;
  }

  /** For what is told of it; a flood is followed and not told. */
  private static <S extends Signal> void remember(List<? super S> signals, S signal) {
    if (signals.size() < MOST_WAITING) {
      signals.add(signal);
    }
  }

  private boolean changed(Signal.Changed changed) {
    woken = true;
    if (full()) {
      throw new IllegalArgumentException(
          "more than " + MOST_IDS + " ids wait already; the windows go on");
    }
    (changed.deleted() ? missing : arrived).add(changed.id());
    return true;
  }

  private boolean full() {
    return arrived.size() + awaited.size() + left.size() + missing.size() >= MOST_IDS;
  }

  private void reread(Signal.Reread reread) {
    List<Work.Picked> parts = new ArrayList<>();
    reread
        .conditions()
        .ifPresent(
            it ->
                parts.add(new Work.Picked(Optional.of(it), List.of(), true, Optional.of(reread))));
    int ids = reread.ids().size();
    for (int from = 0; from < ids; from += IDS_PER_REQUEST) {
      int to = Math.min(from + IDS_PER_REQUEST, ids);
      Optional<Signal.ForQuery> ends = to == ids ? Optional.of(reread) : Optional.empty();
      parts.add(new Work.Picked(Optional.empty(), reread.ids().subList(from, to), true, ends));
    }
    if (rereads.size() >= MOST_WAITING) {
      throw new IllegalArgumentException("too many rereads of the query wait already");
    }
    rereads.addAll(parts);
  }

  /** A window is to bring these items; those that it does not bring are read again. */
  public synchronized void leftToWindow(Collection<Long> ids) {
    woken |= !ids.isEmpty();
    ids.stream().filter(id -> !full()).forEach(arrived::add);
  }

  /** A window is to begin. */
  public synchronized void wake() {
    woken = true;
  }

  /** Whether the query is to stand still. */
  public synchronized boolean paused() {
    return paused;
  }

  /** Whether the query stands still, where that is not stored yet; it is from now on. */
  public synchronized Optional<Boolean> toStore() {
    pauses.forEach(this::done);
    pauses.clear();
    if (paused == stored) {
      return Optional.empty();
    }
    stored = paused;
    return Optional.of(paused);
  }

  /** The passes that are to begin; they stay so until {@link #begun}. */
  public synchronized Set<PassKind> asked() {
    return asked.isEmpty() ? Set.of() : EnumSet.copyOf(asked);
  }

  /** A pass that was asked for is due. */
  public synchronized void begun(PassKind kind) {
    asked.remove(kind);
    runs.stream().filter(run -> run.kind() == kind).forEach(due::add);
    runs.removeIf(run -> run.kind() == kind);
  }

  /** A pass has ended, and with it what a signal has asked for. */
  public synchronized void ended(PassKind kind) {
    if (kind == PassKind.SIGNAL) {
      ending.ifPresent(this::done);
      dropped &= ending.isEmpty();
      ending = Optional.empty();
    }
    due.stream().filter(run -> run.kind() == kind).forEach(this::done);
    due.removeIf(run -> run.kind() == kind);
  }

  /** What is being done of a signal cannot be done. */
  public synchronized void dropped() {
    dropped |= rereading;
  }

  /** Signals speak of more deletions than is believed of them. */
  public void leftToSweep() {
    news.accept(
        SignalNews.rejected(
            Optional.empty(),
            Optional.of("changed"),
            "more deletions since the last sweep than deletes.max.ratio permits; the next sweep"
                + " decides"));
  }

  private void done(Signal.ForQuery signal) {
    news.accept(
        dropped && signal instanceof Signal.Reread
            ? SignalNews.rejected(
                signal.id(),
                Optional.of(signal.type()),
                "ConnectWise does not give what it selects")
            : SignalNews.of(SignalEvent.DONE, signal));
  }

  /**
   * When a window is to begin: once the present second is over, of which the signals speak at the
   * latest, and a second after another at the earliest. As long as the server's time is not known,
   * the end of its second is a guess, which a later one corrects.
   *
   * @param secondOver when what changed by now can be read
   */
  public synchronized OptionalLong wakeAt(long secondOver) {
    if (woken) {
      woken = false;
      if (wakeAt.isEmpty()
          || (secondOver - wakeAt.getAsLong() > 0
              && secondOver - wakeAt.getAsLong() < SECOND / 2)) {
        wakeAt = OptionalLong.of(secondOver);
      } else if (secondOver - wakeAt.getAsLong() >= SECOND / 2) {
        wakeAgainAt = OptionalLong.of(secondOver);
      }
    }
    return wakeAt;
  }

  /** A window begins. */
  public synchronized void windowBegins(long now) {
    if (wakeAt.isPresent() && wakeAt.getAsLong() - now <= 0) {
      wakeAt = wakeAgainAt;
      wakeAgainAt = OptionalLong.empty();
    }
    awaited.addAll(arrived);
    arrived.clear();
  }

  /** A window brings these items. */
  public synchronized void brought(Collection<Long> ids) {
    if (!awaited.isEmpty()) {
      ids.forEach(awaited::remove);
    }
  }

  /** A window is over; what it did not bring is read by itself. */
  public synchronized void windowEnds() {
    left.addAll(awaited);
    awaited.clear();
  }

  /** These items are known and were not found. */
  public synchronized void missing(Collection<Long> ids) {
    missing.addAll(ids);
  }

  /** Whether there is something to do besides windows. */
  public synchronized boolean busy() {
    return !missing.isEmpty() || !left.isEmpty() || !rereads.isEmpty();
  }

  /** What is to be done next; taken from what waits. */
  public synchronized Optional<Work> next() {
    rereading = false;
    if (!missing.isEmpty()) {
      return Optional.of(new Work.Suspects(take(missing)));
    }
    rereadsTurn = !rereadsTurn;
    if (!rereads.isEmpty() && (rereadsTurn || left.isEmpty())) {
      rereading = true;
      Work.Picked reread = rereads.remove();
      ending = reread.ends();
      return Optional.of(reread);
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(new Work.Picked(Optional.empty(), take(left), false, Optional.empty()));
  }

  private static List<Long> take(Set<Long> ids) {
    List<Long> taken = new ArrayList<>();
    for (Iterator<Long> all = ids.iterator(); all.hasNext() && taken.size() < IDS_PER_REQUEST; ) {
      taken.add(all.next());
      all.remove();
    }
    return taken;
  }

  /** What signals may cost. */
  public SignalPace pace() {
    return pace;
  }
}
