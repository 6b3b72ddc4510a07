package io.psastream.connectwise.sink.lane;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import java.util.Optional;

/**
 * How far a change has come that an outage may cut short: which call was made last, and what is not
 * known of it. It outlives the turns of its work, so that a create whose answer was lost is not
 * repeated by the next (P35).
 */
public final class ChangeProgress {

  /** Lost so often, a create or an edit is not made again but reported. */
  private static final int LOSSES = 5;

  private volatile Call call;
  private Optional<ApiException> createLost = Optional.empty();
  private int losses;
  private int looks;

  /** Notes a call before it is made. */
  public void calls(Call next) {
    call = next;
  }

  /** The call that was made last; null before the first. */
  public Call call() {
    return call;
  }

  /** Whether it may have been created, which only a look can tell. */
  public boolean createLost() {
    return createLost.isPresent();
  }

  /** Notes that the answer to a create was lost. */
  public void loseCreate(ApiException failure) {
    createLost = Optional.of(failure);
    losses++;
    looks = 0;
  }

  /** Notes that the answer to an edit was lost; false when that has happened too often. */
  public boolean loseEdit() {
    return ++losses < LOSSES;
  }

  /**
   * Notes that a look after a lost create found nothing; whether that was the second, after which
   * it may be created again.
   *
   * @throws ApiException how it was lost, when that has happened too often
   */
  public boolean missed(Call create) {
    boolean twice = ++looks == 2;
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
