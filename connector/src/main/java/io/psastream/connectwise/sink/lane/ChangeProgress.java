package io.psastream.connectwise.sink.lane;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import java.time.Duration;
import java.util.Optional;

/**
 * How far the applying of a change has come, over all its attempts: which call was made last, and
 * whether the answer to a create or an edit was lost. So the next attempt does not repeat a create
 * blindly (P35).
 */
public final class ChangeProgress {

  /** After so many lost answers a create or an edit is not sent again but reported. */
  private static final int LOSSES = 5;

  /** So often a call must fail, each time after others succeeded, before it is given up. */
  private static final int FAILURES_ALONE = 5;

  private volatile Call call;
  private Optional<ApiException> createLost = Optional.empty();
  private int losses;
  private int lookUps;
  private boolean missedExisting;
  private Optional<Standing> standing = Optional.empty();

  /**
   * A call that fails again and again.
   *
   * @param since when it first failed
   * @param others how often its operation had succeeded when it last failed
   * @param alone how often it failed after others had succeeded since its failure before
   */
  private record Standing(String operation, long since, long others, int alone) {

    private Standing next(long successes) {
      return new Standing(operation, since, successes, alone + (successes > others ? 1 : 0));
    }
  }

  /** Remembers a call before it is sent. */
  public void calling(Call next) {
    call = next;
  }

  /** The call that was made last; null before the first. */
  public Call call() {
    return call;
  }

  /** Whether the item may have been created, which only a look-up can tell. */
  public boolean createLost() {
    return createLost.isPresent();
  }

  /**
   * The answer to a create was lost.
   *
   * @param again whether it may be sent again when it has created nothing
   */
  public void loseCreate(ApiException failure, boolean again) {
    createLost = Optional.of(failure);
    losses = again ? losses + 1 : LOSSES;
    lookUps = 0;
  }

  /**
   * An item is said to exist and was not found; true at the first time, when a list that lags may
   * show it later.
   */
  public boolean missExisting() {
    boolean first = !missedExisting;
    missedExisting = true;
    return first;
  }

  /** The answer to an edit was lost; false when that has happened too often. */
  public boolean loseEdit() {
    return ++losses < LOSSES;
  }

  /**
   * The last call found the site unavailable; true when it has long been the only one to, so that
   * not the site is away but this call refused, as by a firewall that dislikes its body (P6).
   *
   * @param now the time of a monotonic clock, in nanoseconds
   * @param successes how often the operation of the call has succeeded for any record
   * @param bound how long the call may fail
   */
  public boolean failsAlone(long now, long successes, Duration bound) {
    String operation = call.operation().id();
    Standing latest =
        standing
            .filter(before -> before.operation().equals(operation))
            .map(before -> before.next(successes))
            .orElseGet(() -> new Standing(operation, now, successes, 0));
    standing = Optional.of(latest);
    return latest.alone() >= FAILURES_ALONE && now - latest.since() >= bound.toNanos();
  }

  /**
   * A look-up after a lost create found nothing; true when it was the second, after which it may be
   * created again.
   *
   * @throws ApiException the failure of the create, when its answer was lost too often
   */
  public boolean notFound(Call create) {
    boolean twice = ++lookUps == 2;
    if (twice && losses >= LOSSES) {
      call = create;
      throw createLost.orElseThrow();
    }
    if (twice) {
      createLost = Optional.empty();
    }
    return twice;
  }
}
