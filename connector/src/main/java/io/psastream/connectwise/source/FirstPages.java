package io.psastream.connectwise.source;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.offset.Commits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * The first records of each query, read and made as a task without offsets does it, for a look at
 * them without Kafka: nothing is stored.
 */
public final class FirstPages {

  private FirstPages() {}

  /**
   * The records that a query reads first, with those of its child queries: of a page, or of a part
   * of one.
   *
   * @param query the query's name
   * @param whole whether there are no others
   */
  public record FirstPage(String query, List<SourceRecord> records, boolean whole) {}

  /**
   * Reads the first records of every query that has no parent.
   *
   * @param time after so long calls are given up
   * @throws org.apache.kafka.common.config.ConfigException that names everything that is wrong
   * @throws ConnectException that names the query that cannot be read
   */
  public static List<FirstPage> of(Map<String, String> properties, Catalog catalog, Duration time) {
    SourceConfig config = new SourceConfig(properties, catalog);
    try (ConnectWiseClient client = ConnectWiseClient.open(config.connection().settings())) {
      CompletableFuture.delayedExecutor(time.toMillis(), MILLISECONDS).execute(client::close);
      List<FirstPage> pages = new ArrayList<>();
      QueryFactory factory =
          new QueryFactory(config, catalog, new Commits(), client, MetricRegistry.hidden());
      for (Query query : config.queries()) {
        if (query.parent().isEmpty()) {
          StoredQuery nothing = StoredQuery.of(query, config, new NothingStored());
          RecordMapper mapper = factory.mapper(query, nothing.partition());
          QueryRun run =
              factory.run(nothing, Optional.empty(), mapper, Optional.empty(), QueryNotices.NONE);
          pages.add(page(query, run));
        }
      }
      return pages;
    }
  }

  private static FirstPage page(Query query, PassSource passes) {
    try {
      Pass.Batch batch = passes.next(PassKind.WINDOW);
      return new FirstPage(query.name(), batch.records(), batch.last());
    } catch (RuntimeException e) {
      throw new ConnectException("Query " + query.name() + ": " + e.getMessage(), e);
    }
  }

  /** A worker that has stored nothing. */
  private static final class NothingStored implements OffsetStorageReader {

    @Override
    public <T> Map<String, Object> offset(Map<String, T> partition) {
      return null;
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(
        Collection<Map<String, T>> partitions) {
      return new HashMap<>();
    }
  }
}
