package io.psastream.connectwise.sink;

import io.psastream.connectwise.client.Call;

/**
 * How far a change has come that an outage may cut short: which call was made last, and what is not
 * known of it. It outlives the turns of its work, so that a create whose answer was lost is not
 * repeated by the next (P35).
 */
final class Attempt {

  /** Lost so often, a create or an edit is reported instead of made again. */
  private static final int LOSSES = 3;

  private volatile Call call;
  private boolean createLost;
  private int losses;
  private int looks;

  /** Notes a call before it is made. */
  void calls(Call next) {
    call = next;
  }

  /** The call that was made last; null before the first. */
  Call call() {
    return call;
  }

  /** Whether it may have been created, which only a look can tell. */
  boolean createLost() {
    return createLost;
  }

  /** Notes that the answer to a create was lost; false when that has happened too often. */
  boolean loseCreate() {
    createLost = loseEdit();
    looks = 0;
    return createLost;
  }

  /** Notes that the answer to an edit was lost; false when that has happened too often. */
  boolean loseEdit() {
    return ++losses < LOSSES;
  }

  /** Notes that a look after a lost create found nothing; whether that was the second. */
  boolean missed() {
    boolean twice = ++looks == 2;
    createLost = !twice;
    return twice;
  }
}
