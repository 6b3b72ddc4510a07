package io.psastream.connectwise.sink.lane;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import java.util.Optional;

/**
 * How far the applying of a change has come, over all its attempts: which call was made last, and
 * whether the answer to a create or an edit was lost. So the next attempt does not repeat a create
 * blindly (P35).
 */
public final class ChangeProgress {

  /** After so many lost answers a create or an edit is not sent again but reported. */
  private static final int LOSSES = 5;

  private volatile Call call;
  private Optional<ApiException> createLost = Optional.empty();
  private int losses;
  private int lookUps;
  private boolean missedExisting;

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
