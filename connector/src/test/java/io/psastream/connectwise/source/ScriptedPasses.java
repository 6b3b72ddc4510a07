package io.psastream.connectwise.source;

import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.config.NotificationSettings;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Query;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;

/** The passes of a query as the test writes them. */
final class ScriptedPasses implements PassSource {

  private final String name;
  private final QueryMeter meter =
      new QueryMeter(Metrics.NONE, System::nanoTime, InstantSource.system());
  private final Deque<Supplier<Batch>> script = new ArrayDeque<>();
  private QueryNotices notices = QueryNotices.NONE;

  /** The kinds of the passes whose batches were asked for. */
  final List<PassKind> asked = new ArrayList<>();

  /** The passes that were skipped. */
  final List<PassKind> skipped = new ArrayList<>();

  /** The values of the records that were confirmed. */
  final List<Object> confirmed = new ArrayList<>();

  /** How many passes have ended. */
  int finished;

  ScriptedPasses(String name) {
    this.name = name;
  }

  /** The next batch has records with these values, and the pass goes on. */
  ScriptedPasses gives(String... values) {
    script.add(() -> batch(false, values));
    return this;
  }

  /** Tells of the progress of the snapshot in the notification topic {@code told}. */
  ScriptedPasses telling() {
    Query query = Queries.of("operation.id", "getServiceTickets").get("");
    notices =
        new QueryNotices(
            new QueryNotices.Notifier(
                new NotificationSettings("told", "connector", false, Duration.ZERO),
                Queries.mapper(query),
                Queries.PARTITION,
                System::nanoTime));
    return this;
  }

  /** The same, and tells that there were so many records up to its end. */
  ScriptedPasses tells(long records, String... values) {
    script.add(
        () -> {
          notices.progress(records, OptionalLong.empty());
          return batch(false, values);
        });
    return this;
  }

  /** The next batch has records with these values, and ends the pass. */
  ScriptedPasses ends(String... values) {
    script.add(() -> batch(true, values));
    return this;
  }

  /** The next batch cannot be had. */
  ScriptedPasses fails(RuntimeException failure) {
    script.add(
        () -> {
          throw failure;
        });
    return this;
  }

  private static Batch batch(boolean last, String... values) {
    return new Batch(records(values), last, Optional.of(Map.of("after", String.join("", values))));
  }

  /** The reader's thread ends with an error. */
  ScriptedPasses dies(Error error) {
    script.add(
        () -> {
          throw error;
        });
    return this;
  }

  private static List<SourceRecord> records(String... values) {
    return Arrays.stream(values).map(ScriptedPasses::record).toList();
  }

  static SourceRecord record(String value) {
    return new SourceRecord(Map.of("of", String.valueOf(value)), Map.of(), "topic", null, value);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public QueryMeter meter() {
    return meter;
  }

  @Override
  public QueryNotices notices() {
    return notices;
  }

  @Override
  public Batch next(PassKind kind) {
    asked.add(kind);
    return script.remove().get();
  }

  @Override
  public Then finish(PassKind kind) {
    finished++;
    return Then.SCHEDULED;
  }

  @Override
  public void skip(PassKind kind) {
    skipped.add(kind);
  }

  @Override
  public Optional<SourceRecord> heartbeat(Optional<Map<String, ?>> standing) {
    return standing.map(offset -> record("heartbeat of " + name + " after " + offset.get("after")));
  }

  @Override
  public boolean confirm(SourceRecord record, boolean written) {
    confirmed.add(record.value());
    return written && record.value() != null && record.value().toString().contains(name);
  }
}
