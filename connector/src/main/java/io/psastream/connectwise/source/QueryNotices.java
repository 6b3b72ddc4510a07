package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.source.QueryMeter.Snapshot;
import io.psastream.connectwise.source.SweepPass.SweepRefusedException;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.NotificationSettings;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.SourcePartition;
import io.psastream.connectwise.source.offset.Window;
import io.psastream.connectwise.source.signal.SignalNews;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What a query tells in the notification topic. What it says of batches waits for {@link #pending},
 * so that it follows their records; nothing of an item's content is in it. Notifier by the reader
 * of the query and by the task's thread, one at a time; of signals, by any.
 */
final class QueryNotices {

  /** The value of a notification; which fields it has depends on its type. */
  static final Schema SCHEMA =
      SchemaBuilder.struct()
          .name(SchemaNames.NAMESPACE + "Notification")
          .version(1)
          .field("type", Schema.STRING_SCHEMA)
          .field("time", Schema.STRING_SCHEMA)
          .field("connector", Schema.STRING_SCHEMA)
          .field("query", Schema.OPTIONAL_STRING_SCHEMA)
          .field("pass", Schema.OPTIONAL_STRING_SCHEMA)
          .field("items", Schema.OPTIONAL_INT64_SCHEMA)
          .field("total", Schema.OPTIONAL_INT64_SCHEMA)
          .field("records", Schema.OPTIONAL_INT64_SCHEMA)
          .field("requests", Schema.OPTIONAL_INT64_SCHEMA)
          .field("durationMs", Schema.OPTIONAL_INT64_SCHEMA)
          .field("completeTo", Schema.OPTIONAL_STRING_SCHEMA)
          .field("retryMs", Schema.OPTIONAL_INT64_SCHEMA)
          .field("failure", Schema.OPTIONAL_STRING_SCHEMA)
          .field("status", Schema.OPTIONAL_INT64_SCHEMA)
          .field("reason", Schema.OPTIONAL_STRING_SCHEMA)
          .field("field", Schema.OPTIONAL_STRING_SCHEMA)
          .field("signal", Schema.OPTIONAL_STRING_SCHEMA)
          .field("signalType", Schema.OPTIONAL_STRING_SCHEMA)
          .field("leftOut", Schema.OPTIONAL_INT64_SCHEMA)
          .build();

  /** Tells nothing. */
  static final QueryNotices NONE = new QueryNotices(Optional.empty());

  /** What ConnectWise says of a failure may be long. */
  private static final int LONGEST_REASON = 500;

  private static final Map<String, Long> OFFSET = Map.of(SourceOffset.VERSION, 1L);

  private final Optional<Notifier> told;
  private final List<Struct> pending = new ArrayList<>();
  private final Map<PassKind, Begun> begun = new EnumMap<>(PassKind.class);
  private final Map<PassKind, Failing> failing = new EnumMap<>(PassKind.class);
  private int snapshots;
  private long progressAt;
  private OptionalLong total = OptionalLong.empty();
  private boolean unknownTold;

  /**
   * Where and how notifications are told.
   *
   * @param partition that of the query
   */
  record Notifier(
      NotificationSettings settings,
      RecordMapper mapper,
      Map<String, String> partition,
      LongSupplier nanos) {

    private Struct of(String type) {
      return new Struct(SCHEMA)
          .put("type", type)
          .put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
          .put("connector", settings.connector());
    }

    private long millisSince(long then) {
      return Duration.ofNanos(nanos.getAsLong() - then).toMillis();
    }
  }

  /** Notifications that wait until the records of a batch are handed over. */
  @FunctionalInterface
  interface Notices {
    Notices NONE = queue -> {};

    void addTo(NotificationQueue queue);
  }

  /** A pass that is under way. */
  private static final class Begun {
    private final long nanos;
    private final Instant time = Instant.now();
    private long records;

    private Begun(long nanos) {
      this.nanos = nanos;
    }
  }

  /** What a pass has been told to suffer from. */
  private record Failing(String type, long since) {}

  private QueryNotices(Optional<Notifier> told) {
    this.told = told;
    this.unknownTold = told.isEmpty();
  }

  QueryNotices(Notifier told) {
    this(Optional.of(told));
  }

  private void tell(String type, UnaryOperator<Struct> figures) {
    told.ifPresent(to -> pending.add(figures.apply(to.of(type).put("query", to.mapper().name()))));
  }

  /** What is to follow the records so far. */
  Notices pending() {
    if (pending.isEmpty()) {
      return Notices.NONE;
    }
    List<Struct> taken = List.copyOf(pending);
    pending.clear();
    return queue -> taken.forEach(each -> queue.add(leftOut -> record(each, leftOut)));
  }

  private SourceRecord record(Struct notification, long leftOut) {
    Notifier to = told.orElseThrow();
    Object query = notification.get("query");
    return to.mapper()
        .own(
            to.settings().topic(),
            SourcePartition.notification(to.partition()),
            OFFSET,
            query == null ? to.settings().connector() : query.toString(),
            leftOut == 0 ? notification : notification.put("leftOut", leftOut));
  }

  /** A pass begins, or goes on after a restart. */
  void begins(PassKind kind) {
    told.ifPresent(to -> begun.put(kind, new Begun(to.nanos().getAsLong())));
  }

  /**
   * A window begins.
   *
   * @param resumed whether it goes on after a restart
   */
  void opens(Window window, boolean resumed) {
    begins(PassKind.WINDOW);
    if (window.first() && tellsSnapshot()) {
      tell(resumed ? "snapshot.resumed" : "snapshot.started", it -> it);
      total = OptionalLong.empty();
      told.ifPresent(to -> progressAt = to.nanos().getAsLong());
    }
  }

  /** In snapshot mode each run is one, and only the first is of interest to all. */
  private boolean tellsSnapshot() {
    return snapshots == 0 || told.filter(to -> to.settings().windows()).isPresent();
  }

  /** A pass has sent so many records with a batch. */
  void sent(PassKind kind, int records) {
    Begun pass = begun.get(kind);
    if (pass != null) {
      pass.records += records;
    }
  }

  /**
   * A snapshot has come so far.
   *
   * @param expected the number of all items; empty where nobody knows
   */
  void progress(long items, OptionalLong expected) {
    if (told.isEmpty() || !tellsSnapshot()) {
      return;
    }
    long now = told.get().nanos().getAsLong();
    if (now - progressAt >= told.get().settings().interval().toNanos()) {
      progressAt = now;
      total = expected;
      tell("snapshot.progress", it -> withTotal(it.put("items", items)));
    }
  }

  private Struct withTotal(Struct notification) {
    total.ifPresent(count -> notification.put("total", count));
    return notification;
  }

  /** A window is complete, and with it perhaps a snapshot. */
  void completes(Window window, Optional<Snapshot> snapshot) {
    if (told.isEmpty()) {
      return;
    }
    snapshot
        .filter(it -> tellsSnapshot())
        .ifPresent(
            it ->
                tell(
                    "snapshot.completed",
                    notification ->
                        withTotal(notification)
                            .put("items", it.items())
                            .put("requests", it.requests())
                            .put("durationMs", it.duration().toMillis())));
    snapshots += snapshot.isPresent() ? 1 : 0;
    if (told.get().settings().windows()) {
      Begun pass = begun.get(PassKind.WINDOW);
      // Not later than the local clock says either: a promise needs more than one clock.
      Instant to = window.to().isBefore(pass.time) ? window.to() : pass.time;
      ended(PassKind.WINDOW, it -> it.put("completeTo", to.toString()));
    }
  }

  /** A pass has ended. */
  void ended(PassKind kind, UnaryOperator<Struct> figures) {
    Begun pass = begun.remove(kind);
    told.ifPresent(
        to ->
            tell(
                kind.name().toLowerCase(Locale.ROOT) + ".completed",
                it ->
                    figures.apply(
                        it.put("records", pass.records)
                            .put("durationMs", to.millisSince(pass.nanos)))));
  }

  /** Items that are sent, of which the first with a field that the catalogue lacks is told. */
  void seen(List<Accepted> items) {
    if (!unknownTold) {
      items.stream()
          .flatMap(each -> QueryMeter.extra(each.item().content()).stream())
          .flatMap(extra -> extra.keySet().stream())
          .findFirst()
          .ifPresent(
              field -> {
                unknownTold = true;
                tell("field.unknown", it -> it.put("field", field.toString()));
              });
    }
  }

  /** A batch could not be read; told when that begins, and when it becomes another trouble. */
  void fails(PassKind kind, String type, ApiException failure, Optional<Duration> retry) {
    Failing before = failing.get(kind);
    if (told.isEmpty() || (before != null && before.type().equals(type))) {
      return;
    }
    long since = before == null ? told.get().nanos().getAsLong() : before.since();
    failing.put(kind, new Failing(type, since));
    tell(
        type,
        it ->
            withFailure(it, kind, failure, failure.getMessage())
                .put("retryMs", retry.map(Duration::toMillis).orElse(null)));
  }

  /** A pass has failed in a way that ends the task. */
  void ends(PassKind kind, ConnectException reason) {
    tell(
        reason instanceof SweepRefusedException ? "sweep.refused" : "query.failed",
        it -> withFailure(it, kind, reason.getCause(), reason.getMessage()));
  }

  /**
   * Says what a pass has failed of.
   *
   * @param cause perhaps what ConnectWise has answered, perhaps nothing
   */
  private static Struct withFailure(
      Struct notification, PassKind kind, Throwable cause, String reason) {
    if (cause instanceof ApiException answered) {
      notification
          .put("failure", answered.failure().kind().name().toLowerCase(Locale.ROOT))
          .put("status", (long) answered.failure().status());
    }
    return notification
        .put("pass", kind.name().toLowerCase(Locale.ROOT))
        .put("reason", reason.substring(0, Math.min(reason.length(), LONGEST_REASON)));
  }

  /** A batch was read, perhaps at last. */
  void works(PassKind kind) {
    Failing before = failing.remove(kind);
    if (before == null) {
      return;
    }
    List<Struct> after = List.copyOf(pending);
    pending.clear();
    tell(
        "query.recovered",
        it ->
            it.put("pass", kind.name().toLowerCase(Locale.ROOT))
                .put("durationMs", told.orElseThrow().millisSince(before.since())));
    pending.addAll(after);
  }

  /**
   * Tells what became of a signal; called on any thread.
   *
   * @param ofQuery whether it is one for this query, and not one that nobody could follow
   */
  void signal(SignalNews news, boolean ofQuery, NotificationQueue queue) {
    if (told.isEmpty()) {
      return;
    }
    Notifier to = told.get();
    Struct notification =
        to.of("signal." + news.event().name().toLowerCase(Locale.ROOT))
            .put("query", ofQuery ? to.mapper().name() : null)
            .put("signal", news.id().orElse(null))
            .put("signalType", news.type().orElse(null))
            .put("reason", news.reason().orElse(null));
    queue.addOfSignal(leftOut -> record(notification, leftOut));
  }
}
