package io.psastream.connectwise.sink.report;

import io.psastream.connectwise.client.Failure;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What is told of a record: the reply to one of its calls, or why there was no call.
 *
 * @param record the record
 * @param verdict what it came to
 * @param reply the reply; absent where no call could be made of the record
 * @param problem what went wrong; absent where nothing did
 */
public record Report(
    SinkRecord record, Verdict verdict, Optional<Reply> reply, Optional<Problem> problem) {

  /** What a call came to. */
  public enum Verdict {
    DELIVERED,
    REJECTED,
    /** It may have been applied. */
    AMBIGUOUS,
    /** It would have been sent, had it not been a dry run. */
    UNSENT
  }

  /**
   * What went wrong.
   *
   * @param reason in whole sentences
   * @param failure what the API said; absent where it did not refuse
   */
  public record Problem(String reason, Optional<Failure> failure) {}

  /** Of a call that is done. */
  public static Report done(SinkRecord record, Reply reply) {
    Verdict verdict = reply.sent() ? Verdict.DELIVERED : Verdict.UNSENT;
    return new Report(record, verdict, Optional.of(reply), Optional.empty());
  }
}
