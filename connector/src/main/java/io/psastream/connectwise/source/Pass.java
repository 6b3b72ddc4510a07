package io.psastream.connectwise.source;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;

/** One pass over a list, as batches of records. Runs on a reader's thread. */
interface Pass {

  /**
   * Some records of a pass, in their order.
   *
   * @param last whether the pass ends with this batch
   * @param standing the offset of the query once Connect has these records; empty where there is
   *     none, or nobody asks
   */
  record Batch(List<SourceRecord> records, boolean last, Optional<Map<String, ?>> standing) {
    Batch(List<SourceRecord> records, boolean last) {
      this(records, last, Optional.empty());
    }
  }

  /**
   * The next batch; blocks while the client retries.
   *
   * @throws io.psastream.connectwise.client.ApiException when it could not be read; the next call
   *     continues at the same place
   */
  Batch next();

  /**
   * Another pass has newer states of these items, or knows that they were deleted: what this pass
   * has read of them so far, perhaps ahead, is not sent any more.
   */
  default void overtaken(Collection<Long> ids) {}
}
