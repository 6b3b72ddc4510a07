package io.psastream.connectwise.sink;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.sink.lane.Lease;
import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import io.psastream.connectwise.sink.report.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What a task would send for a record, for a look at it without Kafka: routed, mapped and merged as
 * a task does it with {@code dry.run}, whatever the configuration says of that key. Items are
 * looked up and read; nothing is written.
 */
public final class DryRun {

  private static final String KEY = "dry.run";

  private DryRun() {}

  /** The same properties with dry runs for all routes. */
  public static Map<String, String> of(Map<String, String> properties) {
    Map<String, String> dry = new HashMap<>(properties);
    dry.keySet().removeIf(key -> key.startsWith("route.") && key.endsWith("." + KEY));
    dry.put(KEY, "true");
    return dry;
  }

  /**
   * The calls for a record, in their order. One without a status would be sent; one with a status
   * is a read after which there is nothing to send. Empty where the record is ignored.
   *
   * @param time after so long calls are given up
   * @throws org.apache.kafka.common.config.ConfigException that names everything that is wrong
   * @throws DataException that says why the record would not be applied
   */
  public static List<Reply> of(
      SinkRecord record, Map<String, String> properties, Catalog catalog, Duration time) {
    SinkConfig config = new SinkConfig(of(properties), catalog);
    Mapping mapping = new RecordRouter(config.routes(), catalog).route(record);
    if (mapping instanceof Mapping.Unmappable not) {
      throw new DataException(not.reason());
    }
    return mapping instanceof Mapping.Changes changes
        ? apply(record, changes, config, catalog, time)
        : List.of();
  }

  private static List<Reply> apply(
      SinkRecord record,
      Mapping.Changes changes,
      SinkConfig config,
      Catalog catalog,
      Duration time) {
    try (ConnectWiseClient client = ConnectWiseClient.open(config.connection().settings())) {
      CompletableFuture.delayedExecutor(time.toMillis(), MILLISECONDS).execute(client::close);
      RecordApplier.Sender reading =
          (call, permitted) -> {
            if (call.operation().method() != HttpMethod.GET) {
              throw new IllegalStateException("a dry run does not send " + call.name());
            }
            return client.send(call, permitted);
          };
      Outcome outcome =
          new RecordApplier(
                  new RecordSender(reading, catalog, System::nanoTime),
                  Map.of(),
                  new CreatedItems(System::nanoTime),
                  new Lease(time.multipliedBy(2), System::nanoTime, System::currentTimeMillis),
                  System::nanoTime)
              .apply(
                  new PendingRecord(
                      record,
                      new Offsets().begin(record).orElseThrow(),
                      changes.route(),
                      changes.changes()));
      return replies(outcome);
    }
  }

  private static List<Reply> replies(Outcome outcome) {
    if (outcome instanceof Outcome.Delivered delivered) {
      return delivered.replies();
    }
    if (outcome instanceof Outcome.Rejected rejected) {
      throw new DataException(rejected.reason());
    }
    if (outcome instanceof Outcome.Fatal fatal) {
      throw new DataException(fatal.reason());
    }
    throw new DataException(
        outcome instanceof Outcome.Unavailable unavailable
            ? unavailable.failure().toString()
            : "the site did not answer in time");
  }
}
