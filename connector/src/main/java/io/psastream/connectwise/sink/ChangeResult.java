package io.psastream.connectwise.sink;

import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.report.Reply;

/** What came of one change of a record. */
sealed interface ChangeResult {

  /** Applied, or known not to be needed: the next change follows. */
  record Applied(Reply reply) implements ChangeResult {}

  /** Not applied: the record goes no further, and this is its outcome. */
  record NotApplied(Outcome outcome) implements ChangeResult {}
}
