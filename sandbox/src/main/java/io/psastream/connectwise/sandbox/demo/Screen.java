package io.psastream.connectwise.sandbox.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The console: what is happening now, a progress line that is rewritten on a terminal and rare
 * elsewhere, and at the end what happened.
 */
final class Screen {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean terminal;
  private final List<String> happened = new ArrayList<>();
  private int tenths = -1;

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** A line of the story. */
  void say(String text) {
    out.println(text);
    out.flush();
  }

  /** The next chapter. */
  void chapter(String text) {
    tenths = -1;
    say("");
    say(text);
  }

  /** How far a count has come. */
  void progress(int done, int all, String what) {
    int now = all == 0 ? 10 : (int) (10L * done / all);
    if (!terminal && now == tenths) {
      return;
    }
    tenths = now;
    int filled = all == 0 ? WIDTH : (int) ((long) WIDTH * done / all);
    String line =
        String.format(
            Locale.ROOT,
            "  [%s%s] %,d of %,d %s",
            "#".repeat(filled),
            ".".repeat(WIDTH - filled),
            done,
            all,
            what);
    if (terminal) {
      out.print("\r" + line);
      if (done >= all) {
        out.println();
      }
    } else {
      out.println(line);
    }
    out.flush();
  }

  /** Something that the story promised has come true. */
  void proven(String what, Duration took) {
    String line = String.format(Locale.ROOT, "%-68s %6.1f s", what, took.toMillis() / 1000.0);
    happened.add(line);
    say("  ok  " + line);
  }

  /** What has come true, once more. */
  void summary() {
    chapter("All of it happened:");
    happened.forEach(line -> say("  ok  " + line));
  }
}
