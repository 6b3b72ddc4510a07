package io.psastream.connectwise.source.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.signal.SignalInbox.SignalledQuery;
import io.psastream.connectwise.source.signal.SignalInbox.Work;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When signals let a window begin. Times are in nanoseconds. */
class SignalInboxTest {

  private static final long SECOND = 1_000_000_000;

  private final SignalInbox inbox =
      new SignalInbox(
          new SignalledQuery("tickets", "service/tickets", Set.of(PassKind.WINDOW)),
          true,
          new SignalPace(0, 1, 0),
          false,
          news -> {});

  /** Before the first answer the end of the server's second is a guess, and may be too early. */
  @Test
  void aBetterGuessOfTheSecondsEndPutsTheWindowOff() {
    inbox.wake();
    inbox.wakeAt(SECOND / 2);

    inbox.wake();

    assertThat(inbox.wakeAt(9 * SECOND / 10)).hasValue(9 * SECOND / 10);
  }

  /** A window may begin too early for what was left to it, and the next be an hour away. */
  @Test
  void whatWasLeftToAWindowAndNotBroughtIsReadAgain() {
    inbox.leftToWindow(List.of(4L, 5L));
    assertThat(inbox.wakeAt(SECOND)).hasValue(SECOND);
    inbox.windowBegins(SECOND);
    inbox.brought(List.of(5L));
    inbox.windowEnds();

    assertThat(inbox.next())
        .contains(new Work.Picked(Optional.empty(), List.of(4L), false, Optional.empty()));
  }

  @Test
  void aChangeOfTheNextSecondHasAWindowOfItsOwn() {
    inbox.wake();
    inbox.wakeAt(SECOND);
    inbox.wake();

    assertThat(inbox.wakeAt(2 * SECOND)).hasValue(SECOND);
    inbox.windowBegins(SECOND);
    assertThat(inbox.wakeAt(3 * SECOND)).hasValue(2 * SECOND);
  }
}
