package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.source.config.Query.Deletes;
import io.psastream.connectwise.source.config.Query.Mode;
import io.psastream.connectwise.source.config.Query.Refresh;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/** Reads from parsed values when a query runs and what it does besides. */
final class PassParser {

  private final Map<String, ?> values;
  private final Catalog catalog;
  private final Problems problems;
  private final String alias;

  PassParser(Map<String, ?> values, Catalog catalog, Problems problems, String alias) {
    this.values = values;
    this.catalog = catalog;
    this.problems = problems;
    this.alias = alias;
  }

  Schedule schedule() {
    return cron(PassKeys.CRON).orElseGet(() -> new Schedule.Every(interval(PassKeys.INTERVAL)));
  }

  Optional<String> parent() {
    return text(PassKeys.PARENT);
  }

  Optional<Refresh> refresh(Mode mode) {
    Optional<Schedule> schedule =
        cron(PassKeys.REFRESH_CRON)
            .or(
                () ->
                    Optional.of(interval(PassKeys.REFRESH_INTERVAL))
                        .filter(interval -> !interval.isZero())
                        .map(Schedule.After::new));
    if (schedule.isPresent() && mode == Mode.SNAPSHOT) {
      problems.add(
          key(PassKeys.REFRESH_INTERVAL),
          "a query in snapshot mode reads everything on every run anyway");
    }
    boolean changed = text(PassKeys.REFRESH_EMIT).orElse("").equalsIgnoreCase("changed");
    return schedule.map(when -> new Refresh(when, changed));
  }

  Optional<Deletes> deletes(Operation operation) {
    if (!text(PassKeys.DELETES_DETECT).orElse("").equalsIgnoreCase("sweep")) {
      return Optional.empty();
    }
    if (values.get(SourceConfig.HEARTBEAT_TOPIC) == null) {
      problems.add(
          SourceConfig.HEARTBEAT_TOPIC,
          "is missing; " + PassKeys.DELETES_DETECT + "=sweep stores the known ids through it");
    }
    Optional<Operation> get = operation.siblings().get().map(catalog::operation);
    if (get.isEmpty() || !operation.traits().id()) {
      problems.add(
          key(PassKeys.DELETES_DETECT),
          operation.id() + " has no operation that tells whether one of its items exists");
    }
    if (values.get(key(QueryKeys.KEY_FIELDS)) instanceof java.util.List<?> fields
        && !fields.isEmpty()) {
      problems.add(
          key(QueryKeys.KEY_FIELDS),
          "of a deleted item only the id is known; leave the key to the id, or do without "
              + PassKeys.DELETES_DETECT);
    }
    Schedule schedule =
        cron(PassKeys.DELETES_CRON)
            .orElseGet(() -> new Schedule.Every(interval(PassKeys.DELETES_INTERVAL)));
    double ratio = (Double) value(PassKeys.DELETES_MAX_RATIO).orElseThrow();
    return get.map(found -> new Deletes(schedule, found, ratio));
  }

  private Duration interval(String name) {
    return Duration.ofMillis((Long) value(name).orElseThrow());
  }

  private Optional<Schedule> cron(String name) {
    ZoneId zone = ZoneId.of(text(PassKeys.TIME_ZONE).orElse("UTC"));
    return text(name).map(expression -> Schedule.Cron.parse(expression, zone));
  }

  private Optional<String> text(String name) {
    return value(name).map(Object::toString).filter(text -> !text.isBlank());
  }

  private Optional<Object> value(String name) {
    return Optional.ofNullable(values.get(key(name)));
  }

  private String key(String name) {
    return SourceConfig.ALIASES.key(alias, name);
  }
}
