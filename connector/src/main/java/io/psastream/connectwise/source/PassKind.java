package io.psastream.connectwise.source;

/** The kinds of passes over a list. Of several that are due the first in this order starts. */
enum PassKind {
  /** Reads what has changed since the window before. */
  WINDOW,
  /** Reads everything again. */
  REFRESH,
  /** Reads all ids to detect deletions. */
  SWEEP
}
