package io.psastream.connectwise.source;

import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.QueryMeter.Snapshot;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.offset.Window;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees what the passes of one query do, and tells of it in the metrics, in notifications and, of
 * the first snapshot, in the log. Nothing that is read depends on it.
 */
final class PassObserver {

  private static final Logger LOG = LoggerFactory.getLogger(PassObserver.class);

  private final String query;
  private final Metrics metrics;
  private final QueryMeter meter;
  private final QueryNotices notices;
  private int snapshots;

  PassObserver(String query, Metrics metrics, QueryNotices notices) {
    this.query = query;
    this.metrics = metrics;
    this.meter = new QueryMeter(metrics, System::nanoTime, InstantSource.system());
    this.notices = notices;
  }

  QueryMeter meter() {
    return meter;
  }

  QueryNotices notices() {
    return notices;
  }

  /**
   * A window begins.
   *
   * @param resumed whether it goes on after a restart
   */
  void opens(Window window, boolean resumed) {
    meter.opens(window);
    notices.opens(window, resumed);
  }

  /**
   * A window is complete, and with it perhaps a snapshot.
   *
   * @param incremental whether changes are read from now on
   */
  void completes(Window window, boolean incremental) {
    Optional<Snapshot> snapshot = meter.completes(window);
    snapshot.ifPresent(it -> log(it, incremental));
    notices.completes(window, snapshot);
  }

  /** Told once; where each run reads everything, the others are of no interest. */
  private void log(Snapshot snapshot, boolean incremental) {
    String text = "Query {} has completed its snapshot: {} items with {} requests in {} ms.{}";
    Object[] figures = {
      query,
      snapshot.items(),
      snapshot.requests(),
      snapshot.duration().toMillis(),
      incremental ? " It reads changes from now on." : ""
    };
    if (snapshots++ == 0) {
      LOG.info(text, figures);
    } else {
      LOG.debug(text, figures);
    }
  }

  /** The same choice; what is sent of it is counted, and what is new in it is told. */
  ReadPass.Choice observed(ReadPass.Choice choice) {
    return new ReadPass.Choice() {
      @Override
      public List<Accepted> of(Page page) {
        return choice.of(page);
      }

      @Override
      public void sent(List<Accepted> items) {
        meter.sent(items);
        notices.seen(items);
      }
    };
  }

  /** So many tombstones are to be handed over. */
  void deleted(int items) {
    metrics.add(Metric.TOMBSTONES, items);
  }
}
