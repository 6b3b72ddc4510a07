package io.psastream.connectwise.source.config;

import io.psastream.connectwise.config.Group;
import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.config.Validators;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Where a connector tells what it does.
 *
 * @param connector the name of the connector
 * @param windows whether the end of each window is told
 * @param interval the time between two notifications of the progress of a snapshot
 */
public record NotificationSettings(
    String topic, String connector, boolean windows, Duration interval) {

  static final String TOPIC = "notification.topic";
  static final String WINDOWS = "notification.windows";
  static final String INTERVAL = "notification.interval.ms";

  static void define(ConfigDef def) {
    Group group = new Group(def, "Notifications");
    group.add(
        Key.of(
                TOPIC,
                Type.STRING,
                null,
                "A topic in which the connector tells what it does: snapshots, sweeps and full"
                    + " refreshes, queries that are refused, delayed and work again, what became of"
                    + " signals, and the first field that the catalogue does not know"
                    + " (docs/operations.md). Nothing of an item's content is in it. It must exist or"
                    + " be created, as every topic of the connector. Unset for none. Example:"
                    + " psa.notifications.")
            .decides(WINDOWS, INTERVAL)
            .display("Notification topic")
            .validator(Validators.TOPIC));
    group.add(
        Key.of(
                WINDOWS,
                Type.BOOLEAN,
                false,
                "Whether the end of each window is told, too, with the time up to which everything"
                    + " has been sent; and each run in snapshot mode rather than the first. One"
                    + " notification for each run, so mind short intervals.")
            .display("Tell of windows")
            .importance(Importance.LOW));
    group.add(
        Key.of(
                INTERVAL,
                Type.LONG,
                30_000L,
                "The time between two notifications of how far a snapshot has come, in milliseconds."
                    + " 0 for one with every page.")
            .display("Progress interval (ms)")
            .importance(Importance.LOW)
            .validator(ConfigDef.Range.between(0, Validators.TEN_YEARS)));
  }

  /** The settings; empty where there is no notification topic. */
  static Optional<NotificationSettings> of(AbstractConfig config) {
    String name = String.valueOf(config.originals().getOrDefault("name", "connectwise-source"));
    return Optional.ofNullable(config.getString(TOPIC))
        .map(
            topic ->
                new NotificationSettings(
                    topic,
                    name,
                    config.getBoolean(WINDOWS),
                    Duration.ofMillis(config.getLong(INTERVAL))));
  }

  /** Reports a topic that others read or write for another purpose. */
  static void check(Map<String, ?> values, List<Query> queries, Problems problems) {
    Object topic = values.get(TOPIC);
    if (topic == null) {
      return;
    }
    if (topic.equals(values.get(SignalSettings.TOPIC))) {
      problems.add(TOPIC, "is the signal topic, where each notification would be a signal");
    }
    if (topic.equals(values.get(SourceConfig.HEARTBEAT_TOPIC))) {
      problems.add(TOPIC, "is the heartbeat topic, which keeps one record for each query");
    }
    checkOwn(TOPIC, values, queries, problems);
  }

  /** Reports a topic with a purpose of its own that has the items of a query, too. */
  static void checkOwn(String key, Map<String, ?> values, List<Query> queries, Problems problems) {
    queries.stream()
        .filter(query -> query.topic().equals(values.get(key)))
        .findFirst()
        .ifPresent(query -> problems.add(key, "is the topic of query " + query.name()));
  }
}
