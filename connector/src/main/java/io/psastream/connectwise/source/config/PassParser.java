package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.source.config.Query.Deletes;
import io.psastream.connectwise.source.config.Query.Refresh;
import io.psastream.connectwise.source.config.Reading.Mode;
import java.time.ZoneId;
import java.util.Optional;

/** Reads from parsed values when a query runs and what it does besides. */
final class PassParser {

  private final AliasValues values;
  private final Catalog catalog;

  PassParser(AliasValues values, Catalog catalog) {
    this.values = values;
    this.catalog = catalog;
  }

  Schedule schedule() {
    return cron(PassKeys.CRON)
        .orElseGet(() -> new Schedule.Every(values.duration(PassKeys.INTERVAL)));
  }

  Optional<String> parent() {
    return values.text(PassKeys.PARENT);
  }

  Optional<Refresh> refresh(Mode mode) {
    Optional<Schedule> schedule =
        cron(PassKeys.REFRESH_CRON)
            .or(
                () ->
                    Optional.of(values.duration(PassKeys.REFRESH_INTERVAL))
                        .filter(interval -> !interval.isZero())
                        .map(Schedule.After::new));
    if (schedule.isPresent() && mode == Mode.SNAPSHOT) {
      values.problem(
          PassKeys.REFRESH_INTERVAL,
          "a query in snapshot mode reads everything on every run anyway");
    }
    boolean changed = values.is(PassKeys.REFRESH_EMIT, "changed");
    return schedule.map(when -> new Refresh(when, changed));
  }

  Optional<Deletes> deletes(Operation operation) {
    if (!values.is(PassKeys.DELETES_DETECT, "sweep")) {
      return Optional.empty();
    }
    if (values.all().get(SourceConfig.HEARTBEAT_TOPIC) == null) {
      values
          .problems()
          .add(
              SourceConfig.HEARTBEAT_TOPIC,
              "is missing; " + PassKeys.DELETES_DETECT + "=sweep stores the known ids through it");
    }
    Optional<Operation> get = operation.siblings().get().map(catalog::operation);
    if (get.isEmpty() || !operation.traits().id()) {
      values.problem(
          PassKeys.DELETES_DETECT,
          operation.id() + " has no operation that tells whether one of its items exists");
    }
    if (!values.list(QueryKeys.KEY_FIELDS).isEmpty()) {
      values.problem(
          QueryKeys.KEY_FIELDS,
          "of a deleted item only the id is known; leave the key to the id, or do without "
              + PassKeys.DELETES_DETECT);
    }
    Schedule schedule =
        cron(PassKeys.DELETES_CRON)
            .orElseGet(() -> new Schedule.Every(values.duration(PassKeys.DELETES_INTERVAL)));
    double ratio = values.number(PassKeys.DELETES_MAX_RATIO).doubleValue();
    return get.map(found -> new Deletes(schedule, found, ratio));
  }

  private Optional<Schedule> cron(String name) {
    ZoneId zone = ZoneId.of(values.text(PassKeys.TIME_ZONE).orElse("UTC"));
    return values.text(name).map(expression -> Schedule.Cron.parse(expression, zone));
  }
}
