package io.psastream.connectwise.sink.lane;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.sink.report.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the applying of a record came to. */
public sealed interface Outcome {

  /**
   * Whether nothing more is to be started after it.
   *
   * @param reports whether rejected records are reported, so that the others can go on
   */
  default boolean stops(boolean reports) {
    boolean reported = this instanceof Rejected || this instanceof Ambiguous;
    return this instanceof Fatal || (reported && !reports);
  }

  /**
   * Applied; or it had been applied before, such as the delete of what is gone (P43).
   *
   * @param replies to its calls, in their order
   */
  record Delivered(List<Reply> replies) implements Outcome {

    /** Whether one of its calls may have created something. */
    public boolean created() {
      for (Reply reply : replies) {
        if (reply.created()) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * The API will never accept this record: it is reported.
   *
   * @param failure absent where the answer was a success and yet not what was asked for
   * @param replies to its calls, in their order; the last is the one that was rejected
   */
  record Rejected(String reason, Optional<ApiException> failure, List<Reply> replies)
      implements Outcome {}

  /** The site is away or busy: the record is kept and tried again. */
  record Unavailable(Failure failure) implements Outcome {}

  /**
   * It may have been applied and must not be repeated (P35): it is reported.
   *
   * @param replies to its calls, in their order; the last is the one whose answer was lost
   */
  record Ambiguous(String reason, ApiException failure, List<Reply> replies) implements Outcome {}

  /** What became of it is not known yet: its lane is delayed, and then goes on where it was. */
  record Delayed(Duration delay) implements Outcome {}

  /** Fatal: every record would fail (wrong credentials, wrong address), so the task stops. */
  record Fatal(String reason, Throwable cause) implements Outcome {}

  /** The call was ended from this side before it had an outcome. */
  record Cancelled() implements Outcome {}
}
