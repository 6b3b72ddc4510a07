package io.psastream.connectwise.source;

import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/** One pass over a list: it gives batches of records until its end. Runs on a reader's thread. */
interface Pass {

  /**
   * Records that belong together, in their order.
   *
   * @param last whether the pass has come to its end
   */
  record Batch(List<SourceRecord> records, boolean last) {}

  /**
   * The next batch; blocks for as long as the client tries.
   *
   * @throws io.psastream.connectwise.client.ApiException when it could not be read; calling again
   *     goes on at the same place
   */
  Batch next();
}
