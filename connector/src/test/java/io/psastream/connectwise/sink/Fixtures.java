package io.psastream.connectwise.sink;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.sink.lane.Lease;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;

/** Records and routes for the tests of the sink. */
public final class Fixtures {

  public static final Catalog CATALOG = Catalog.load();
  public static final String TOPIC = "psa.tickets";

  private Fixtures() {}

  /** A lease that does not run out. */
  public static Lease lease() {
    return new Lease(Duration.ofDays(1), () -> 0, () -> 0);
  }

  /** A record without schemas at offset 7 of partition 0. */
  public static SinkRecord record(Object key, Object value) {
    return record(0, 7, key, value);
  }

  public static SinkRecord record(int partition, long offset, Object key, Object value) {
    return new SinkRecord(
        TOPIC,
        partition,
        null,
        key,
        null,
        value,
        offset,
        1_000 + offset,
        TimestampType.CREATE_TIME);
  }

  /** The routes of these properties, given as key, value, key, value. */
  public static List<Route> routes(String... properties) {
    return new SinkConfig(properties(properties), CATALOG).routes();
  }

  /** The only route of these properties. */
  public static Route route(String... properties) {
    return routes(properties).get(0);
  }

  /** Properties with a connection. */
  public static Map<String, String> properties(String... properties) {
    Map<String, String> all = new HashMap<>();
    all.put("connectwise.site.url", "http://127.0.0.1:1");
    all.put("connectwise.username", "training+public");
    all.put("connectwise.password", "private");
    all.put("connectwise.client.id", "6c5a1d2e-7f35-4c0b-9d0a-1f6b2b7f9e11");
    for (int i = 0; i < properties.length; i += 2) {
      all.put(properties[i], properties[i + 1]);
    }
    return all;
  }
}
