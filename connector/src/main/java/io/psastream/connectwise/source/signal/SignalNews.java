package io.psastream.connectwise.source.signal;

import java.util.Optional;

/**
 * What became of a signal, for those who look at notifications.
 *
 * @param id what its sender calls it
 * @param type its type, where it could be read
 * @param reason why it was not followed; quotes nothing of the signal
 */
public record SignalNews(
    SignalEvent event, Optional<String> id, Optional<String> type, Optional<String> reason) {

  /** The stations of a signal. */
  public enum SignalEvent {
    /** It waits for what it asks for. */
    TAKEN,
    /** What it asks for has been done. */
    DONE,
    /** It is not followed, or not in all that it asks for. */
    REJECTED
  }

  static SignalNews of(SignalEvent event, Signal.ForQuery signal) {
    return new SignalNews(event, signal.id(), Optional.of(signal.type()), Optional.empty());
  }

  static SignalNews rejected(Optional<String> id, Optional<String> type, String reason) {
    return new SignalNews(SignalEvent.REJECTED, id, type, Optional.of(reason));
  }
}
