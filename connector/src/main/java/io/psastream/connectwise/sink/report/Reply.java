package io.psastream.connectwise.sink.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import java.util.List;
import java.util.OptionalInt;

/**
 * What came of one call of a record.
 *
 * @param call the call, with its body
 * @param status the HTTP status; empty where no answer came or nothing was sent
 * @param blank whether the body of a success was empty, which an empty list is not
 * @param items what came back; for a bulk operation the outcome of each item, also where it failed
 * @param stats what it took; {@link CallStats#NONE} for a call that was not sent
 */
public record Reply(
    Call call, OptionalInt status, boolean blank, List<JsonNode> items, CallStats stats) {

  /** What a call was answered. */
  public static Reply of(Call call, Answer<JsonNode> answer) {
    return new Reply(
        call, OptionalInt.of(answer.status()), answer.blank(), answer.items(), answer.stats());
  }

  /** What a call failed with. */
  public static Reply failed(Call call, ApiException failure) {
    int status = failure.failure().status();
    return new Reply(
        call,
        status == 0 ? OptionalInt.empty() : OptionalInt.of(status),
        false,
        failure.items(),
        failure.stats());
  }

  /** For a call that would have been sent. */
  public static Reply unsent(Call call) {
    return new Reply(call, OptionalInt.empty(), false, List.of(), CallStats.NONE);
  }

  /** The same after tries before it. */
  public Reply after(CallStats before) {
    return new Reply(call, status, blank, items, before.plus(stats));
  }

  /** Whether the call may have created something. */
  public boolean created() {
    return sent() && call.operation().method() == HttpMethod.POST;
  }

  /** Whether the call itself was sent; what was looked up before it has its effort, too. */
  boolean sent() {
    return status.isPresent();
  }
}
