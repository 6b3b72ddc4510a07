package io.psastream.connectwise.source;

/** What a pass over a list is for; in the order in which passes that are due go first. */
enum PassKind {
  WINDOW,
  REFRESH,
  SWEEP
}
