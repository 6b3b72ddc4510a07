package io.psastream.connectwise.source;

import io.psastream.connectwise.source.Overlap.ReadWindow;
import io.psastream.connectwise.source.WindowScan.Opening;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.Window;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a window reaches: where it begins to read, from where on what was sent is remembered, and
 * what the window after it reads. What is closed stays so: no later window reads before it.
 */
final class Reach {

  private final Window window;
  private final Overlap overlap;
  private final Anchor anchor;

  /** What it reads was updated after this time; the first window reads from its own beginning. */
  private final Instant after;

  /** When it was opened, by this process. */
  private final long since;

  /** What there is to read again once it is complete. */
  private Optional<Overlap> following = Optional.empty();

  private boolean expectsLate;

  /**
   * @param after what the window is to read was updated after this time; not known where empty
   */
  private Reach(
      Window window, Overlap overlap, Anchor anchor, Optional<Instant> after, long since) {
    this.window = window;
    this.overlap = overlap;
    this.anchor = anchor;
    this.after =
        after
            .filter(at -> window.from().filter(at::isAfter).isEmpty())
            .or(() -> window.readFrom(overlap.length()))
            .filter(overlap.closed()::isBefore)
            .orElse(overlap.closed());
    this.since = since;
  }

  /** That of a window that goes on at an offset. */
  static Reach resume(SourceOffset offset, Reading reading, Opening now) {
    Window window = offset.window();
    Instant closed =
        offset.reach().or(() -> window.readFrom(reading.overlap())).orElse(Instant.MIN);
    return new Reach(
        window,
        Overlap.of(reading.overlap(), reading.pageSize(), closed),
        Anchor.of(window, offset.opened().map(now::of).orElse(now), offset.seen()),
        offset.after(),
        now.nanos());
  }

  /**
   * That of the window after this one, which must be complete.
   *
   * @param sent how many items this one has sent
   */
  Reach next(Instant to, Opening now, long sent) {
    Window next = anchor.next(to);
    Overlap again = following.orElseGet(() -> following(sent));
    Instant from =
        expectsLate
            ? again.closed()
            : again.after(next.from().orElseThrow(), now.nanos(), next.to());
    return new Reach(next, again, anchor.of(next, now), Optional.of(from), now.nanos());
  }

  /** The window has been read to its end, and has sent so many items. */
  void complete(long sent) {
    following = Optional.of(following(sent));
  }

  private Overlap following(long sent) {
    return anchor
        .time()
        .map(
            upTo ->
                overlap.with(
                    new ReadWindow(
                        after, window.from().orElse(after), upTo, since, window.to(), sent)))
        .orElse(overlap);
  }

  Window window() {
    return window;
  }

  /** What its clock and its items say of the window after it. */
  Anchor anchor() {
    return anchor;
  }

  /** What was updated up to here is never read again. */
  Instant closed() {
    return overlap.closed();
  }

  /** The lower bound of what it reads, exclusive; empty for the snapshot. */
  Optional<Instant> readFrom() {
    return window.first() ? window.from() : Optional.of(after);
  }

  /** What was sent after this time is remembered, as this window or a later one may read it. */
  Instant remembered() {
    Instant closed = following.orElse(overlap).closed();
    return window.first()
        ? anchor
            .time()
            .map(at -> at.minus(overlap.length()))
            .filter(closed::isBefore)
            .orElse(closed)
        : closed;
  }

  /**
   * Something with this {@code lastUpdated} is not sent yet. If it became visible late, the next
   * window reads it, and does not wait until what is late is looked for again.
   */
  void expect(Instant second) {
    Optional<Instant> begin = following.isPresent() ? anchor.time() : window.from();
    expectsLate |= begin.filter(second::isAfter).isEmpty();
  }
}
