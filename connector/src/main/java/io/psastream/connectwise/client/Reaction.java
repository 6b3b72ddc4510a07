package io.psastream.connectwise.client;

import io.psastream.connectwise.client.Failure.Kind;

/**
 * What is done about a call that failed for good: the one place that decides it, by the kind of the
 * failure and the situation of the caller. The table in docs/architecture.md says the same, and a
 * test compares them.
 */
public enum Reaction {
  /** The task fails: every call would fail like this one. */
  FAIL_TASK,
  /** It is tried again after a wait; nothing is skipped meanwhile. */
  RETRY_LATER,
  /** The same, but for {@code unavailable.timeout.ms} at the most; then the task fails. */
  RETRY_FOR_A_WHILE,
  /** The query waits for its next schedule; the task fails when no other query is left to run. */
  SKIP_QUERY,
  /** The record goes to the dead letter queue and the error topic; others go on. */
  REJECT_RECORD,
  /** A delete has succeeded; for anything else {@code behavior.on.not.found} decides. */
  NOT_FOUND_RULE,
  /** The item has no such child; its parent goes on. */
  SKIP_CHILD,
  /** {@code on.child.error} decides. */
  CHILD_RULE,
  /** {@code behavior.on.ambiguous.create} decides. */
  AMBIGUOUS_RULE,
  /** The configuration is refused, on the key that causes it. */
  REFUSE_CONFIG,
  /** The configuration is accepted, with a warning in the log. */
  WARN,
  /** Nothing: this side has ended the call. */
  NONE;

  /** Who made the call, and how it has fared so far. */
  public enum Situation {
    /** A query of a source that has never succeeded. */
    NEW_QUERY,
    /** A query of a source that has succeeded before. */
    PROVEN_QUERY,
    /** A query that runs for one item of another. */
    CHILD,
    /** A record of a sink: an update, a delete, a look-up or a read. */
    RECORD,
    /** A record of a sink: a create. */
    CREATE,
    /** The live check of a validation. */
    LIVE_CHECK
  }

  /** The reaction to a failure of this kind in this situation. */
  public static Reaction to(Kind kind, Situation situation) {
    return switch (situation) {
      case NEW_QUERY -> ofQuery(kind);
      case PROVEN_QUERY -> ofProvenQuery(kind);
      case CHILD -> ofChild(kind);
      case RECORD -> kind == Kind.NOT_FOUND ? NOT_FOUND_RULE : ofRecord(kind);
      case CREATE -> ofRecord(kind);
      case LIVE_CHECK -> ofLiveCheck(kind);
    };
  }

  private static Reaction ofQuery(Kind kind) {
    return switch (kind) {
      case UNAUTHORIZED, REJECTED, TOO_LARGE, MISROUTED, AMBIGUOUS, UNKNOWN -> FAIL_TASK;
      case FORBIDDEN, NOT_FOUND -> SKIP_QUERY;
      case CONFLICT, THROTTLED, TIMEOUT, UNAVAILABLE -> RETRY_LATER;
      case CANCELLED -> NONE;
    };
  }

  /** What worked before does not stop working by itself: a gateway answers, or an upgrade is on. */
  private static Reaction ofProvenQuery(Kind kind) {
    return kind == Kind.MISROUTED || kind == Kind.UNKNOWN ? RETRY_FOR_A_WHILE : ofQuery(kind);
  }

  /** What another child would not meet is the child's own; all else is the query's. */
  private static Reaction ofChild(Kind kind) {
    return switch (kind) {
      case FORBIDDEN, REJECTED, TOO_LARGE, MISROUTED, UNKNOWN -> CHILD_RULE;
      // The parent was deleted after it was read, which a sweep finds.
      case NOT_FOUND -> SKIP_CHILD;
      case UNAUTHORIZED, AMBIGUOUS, CONFLICT, THROTTLED, TIMEOUT, UNAVAILABLE, CANCELLED ->
          ofQuery(kind);
    };
  }

  private static Reaction ofRecord(Kind kind) {
    return switch (kind) {
      case UNAUTHORIZED, MISROUTED -> FAIL_TASK;
      // A role may permit a change to some items only, and one operation that the role lacks must
      // not stop the routes that it has (P10). What a create does not find is not the item.
      case FORBIDDEN, REJECTED, TOO_LARGE, NOT_FOUND, CONFLICT, UNKNOWN -> REJECT_RECORD;
      case THROTTLED, TIMEOUT, UNAVAILABLE -> RETRY_LATER;
      case AMBIGUOUS -> AMBIGUOUS_RULE;
      case CANCELLED -> NONE;
    };
  }

  private static Reaction ofLiveCheck(Kind kind) {
    return switch (kind) {
      case UNAUTHORIZED, MISROUTED, REJECTED, NOT_FOUND -> REFUSE_CONFIG;
      case FORBIDDEN, TOO_LARGE, CONFLICT, THROTTLED, TIMEOUT, UNAVAILABLE, AMBIGUOUS, UNKNOWN ->
          WARN;
      case CANCELLED -> NONE;
    };
  }
}
