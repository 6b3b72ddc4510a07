package io.psastream.connectwise.source.config;

import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.Validators;
import io.psastream.connectwise.source.config.Reading.Mode;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Validator;

/**
 * The passes that a query makes over its list.
 *
 * @param schedules when each of them runs
 * @param refreshChangedOnly whether a full refresh leaves out items that have not changed
 * @param refreshLookback how far back a full refresh reads; empty where it reads everything
 * @param deletes how a sweep finds deletions; present where there is one
 */
public record Passes(
    Map<PassKind, Schedule> schedules,
    boolean refreshChangedOnly,
    Optional<Duration> refreshLookback,
    Optional<Deletes> deletes) {

  /** What a pass is for. When several are due, the first of them here runs first. */
  public enum PassKind {
    /** Sends what has changed since the last window; the whole list in snapshot mode. */
    WINDOW(true),
    /** Sends everything again, for changes that leave lastUpdated alone. */
    REFRESH(true),
    /** Finds deleted items by reading all ids. */
    SWEEP(false),
    /** Does what signals ask for: sends single items again, confirms single deletions. */
    SIGNAL(true);

    private final boolean resumable;

    PassKind(boolean resumable) {
      this.resumable = resumable;
    }

    /** Whether a pass that was refused goes on where it was; else it starts again. */
    public boolean resumable() {
      return resumable;
    }
  }

  /**
   * How deletions are found.
   *
   * @param get the operation that tells whether an item exists
   * @param maxRatio the largest part of the known items that may be gone at once
   */
  public record Deletes(Operation get, double maxRatio) {}

  static final String INTERVAL = "schedule.interval.ms";
  static final String IDLE_INTERVAL = "schedule.idle.interval.ms";
  static final String CRON = "schedule.cron";
  static final String TIME_ZONE = "schedule.time.zone";
  static final String PARENT = "parent";
  static final String ON_CHILD_ERROR = "on.child.error";
  static final String REFRESH_INTERVAL = "full.refresh.schedule.interval.ms";
  static final String REFRESH_CRON = "full.refresh.schedule.cron";
  static final String REFRESH_EMIT = "full.refresh.emit";
  static final String REFRESH_LOOKBACK = "full.refresh.lookback.ms";
  static final String DELETES_DETECT = "deletes.detect";
  static final String DELETES_INTERVAL = "deletes.schedule.interval.ms";
  static final String DELETES_CRON = "deletes.schedule.cron";
  static final String DELETES_MAX_RATIO = "deletes.max.ratio";

  private static final Validator EXPRESSION =
      Validators.text(
          "a cron expression",
          text -> Validators.problem(() -> Schedule.Cron.parse(text, ZoneOffset.UTC), ""));

  static final List<Key> KEYS =
      List.of(
          Key.of(
                  INTERVAL,
                  Type.LONG,
                  60_000L,
                  "The time from the start of one run to the start of the next, in milliseconds; a"
                      + " run that takes longer is followed at once, and never started twice. Lower it"
                      + " for fresher data, at the price of one request a run.")
              .display("Interval (ms)")
              .validator(between(100, Validators.TEN_YEARS)),
          Key.of(
                  IDLE_INTERVAL,
                  Type.LONG,
                  0L,
                  "What the interval grows to while nothing changes, in milliseconds: by half with"
                      + " each run that finds nothing, and back to schedule.interval.ms with the"
                      + " first that finds something. A short interval then costs little at night."
                      + " 0 for an interval that stays. Example: 30000, with an interval of 1000.")
              .display("Idle interval (ms)")
              .validator(between(0, Validators.TEN_YEARS)),
          cron(
              CRON,
              "Runs the query at these times instead of at an interval: five fields as cron has them,"
                  + " or six with seconds first. A run that is still going on when its next time comes"
                  + " is not started twice. Examples: */5 8-18 * * 1-5; 30 0 * * * ?."),
          Key.of(
                  TIME_ZONE,
                  Type.STRING,
                  "UTC",
                  "The time zone of cron expressions, by its name in the time zone database. Example:"
                      + " America/New_York.")
              .display("Time zone")
              .importance(Importance.LOW)
              .validator(Validators.TIME_ZONE),
          Key.of(
                  PARENT,
                  Type.STRING,
                  null,
                  "The name of another query: this one then runs for each item which that one sends,"
                      + " with ${parent.<field>} in its options, and has no schedule of its own. The"
                      + " keys of its records hold the parent's id. Example: tickets, with options"
                      + " {\"parentId\": \"${parent.id}\"}.")
              .decides(ON_CHILD_ERROR)
              .display("Parent query"),
          Key.of(
                  ON_CHILD_ERROR,
                  Type.STRING,
                  "skip",
                  "What to do when this query has a parent and cannot read the children of one of its"
                      + " items: they are forbidden, refused, too large, broken on the server, or"
                      + " not to be asked for with the fields of that item. skip: leave them out,"
                      + " with a warning that names the item; the item itself and all others arrive."
                      + " fail: the task stops. Throttling, outages and timeouts are waited for, and"
                      + " an item that lacks a field which the options refer to has no such child.")
              .display("On child errors")
              .oneOf(List.of("skip", "fail")),
          Key.of(
                  REFRESH_INTERVAL,
                  Type.LONG,
                  0L,
                  "Reads everything again at this interval, in milliseconds, for changes that leave"
                      + " lastUpdated alone, as merges of companies do. It costs as many requests as"
                      + " the first snapshot. The first one comes an interval after the start. 0 for"
                      + " never. Example: 86400000.")
              .display("Full refresh interval (ms)")
              .validator(between(0, Validators.TEN_YEARS)),
          cron(
              REFRESH_CRON,
              "Reads everything again at these times, as full.refresh.schedule.interval.ms does."
                  + " Example: 0 3 * * 0."),
          Key.of(
                  REFRESH_EMIT,
                  Type.STRING,
                  "all",
                  "Which items a full refresh sends. all: every one. changed: those that are not as"
                      + " they were when last seen; that takes about 100 bytes of memory for each item,"
                      + " and the first refresh after a start sends everything once. Records of a"
                      + " refresh carry the header connectwise.refresh.")
              .display("Full refresh sends")
              .oneOf(List.of("all", "changed")),
          Key.of(
                  REFRESH_LOOKBACK,
                  Type.LONG,
                  0L,
                  "How far back a full refresh reads, by lastUpdated, in milliseconds: the last hours"
                      + " can then be read again every quarter of an hour for a request or two, which"
                      + " finds what became visible later than overlap.ms. Take it longer than the"
                      + " time between two refreshes, and full.refresh.emit=changed beside it. It"
                      + " finds no silent changes of items that were last updated before. 0 for"
                      + " everything. Example: 21600000.")
              .display("Full refresh looks back (ms)")
              .validator(between(0, Validators.TEN_YEARS)),
          Key.of(
                  DELETES_DETECT,
                  Type.STRING,
                  "none",
                  "How deletions are found, of which the API has no feed. sweep: by reading all ids"
                      + " (1,000 a request) and comparing them with those that were sent; each that is"
                      + " missing is asked for before a tombstone with its key is sent. Needs"
                      + " heartbeat.topic, through which the known ids are stored.")
              .decides(DELETES_INTERVAL, DELETES_CRON, DELETES_MAX_RATIO)
              .display("Detect deletions")
              .oneOf(List.of("none", "sweep")),
          Key.of(
                  DELETES_INTERVAL,
                  Type.LONG,
                  3_600_000L,
                  "The time from the start of one sweep to the start of the next, in milliseconds."
                      + " The first one comes right after the start.")
              .display("Sweep interval (ms)")
              .validator(between(100, Validators.TEN_YEARS)),
          cron(
              DELETES_CRON, "Sweeps at these times instead of at an interval. Example: 0 4 * * *."),
          Key.of(
                  DELETES_MAX_RATIO,
                  Type.DOUBLE,
                  0.1,
                  "The largest part of the known items that one sweep may find missing. When more are,"
                      + " no tombstone is sent and the task fails: it is rather a permission that was"
                      + " changed. Raise it for small lists, or for once after a real purge.")
              .display("Largest part deleted")
              .validator(Validators.RATIO));

  private static Key cron(String name, String doc) {
    return Key.of(name, Type.STRING, null, doc).display("Cron expression").validator(EXPRESSION);
  }

  /** Reads the passes of a query that runs an operation in a mode; a child query makes none. */
  static Passes of(AliasValues values, Operation operation, Mode mode, Catalog catalog) {
    if (values.text(PARENT).isPresent()) {
      return new Passes(Map.of(), false, Optional.empty(), Optional.empty());
    }
    Map<PassKind, Schedule> schedules = new EnumMap<>(PassKind.class);
    schedules.put(PassKind.WINDOW, cron(values, CRON).orElseGet(() -> windows(values)));
    boolean signalled = values.all().get(SignalSettings.TOPIC) != null;
    Optional<Schedule> refresh = refresh(values, mode);
    refresh.ifPresent(schedule -> schedules.put(PassKind.REFRESH, schedule));
    if (signalled) {
      if (mode == Mode.INCREMENTAL) {
        schedules.putIfAbsent(PassKind.REFRESH, new Schedule.Never());
      }
      schedules.put(PassKind.SIGNAL, new Schedule.Never());
    }
    boolean changedOnly =
        schedules.containsKey(PassKind.REFRESH) && values.is(REFRESH_EMIT, "changed");
    Optional<Deletes> deletes = deletes(values, operation, catalog);
    if (deletes.isPresent()) {
      schedules.put(PassKind.SWEEP, schedule(values, DELETES_CRON, DELETES_INTERVAL));
    }
    return new Passes(
        Collections.unmodifiableMap(schedules), changedOnly, lookback(values), deletes);
  }

  private static Schedule windows(AliasValues values) {
    Duration interval = values.duration(INTERVAL);
    Duration idle = values.duration(IDLE_INTERVAL);
    if (!idle.isZero() && idle.compareTo(interval) < 0) {
      values.problem(
          IDLE_INTERVAL,
          "is " + idle.toMillis() + ", less than " + INTERVAL + " (" + interval.toMillis() + ")");
    }
    return new Schedule.Every(interval, idle.isZero() ? interval : idle);
  }

  private static Optional<Schedule> refresh(AliasValues values, Mode mode) {
    if (mode == Mode.SNAPSHOT) {
      return Optional.empty(); // reads everything on every run
    }
    Duration interval = values.duration(REFRESH_INTERVAL);
    return cron(values, REFRESH_CRON)
        .or(() -> interval.isZero() ? Optional.empty() : Optional.of(new Schedule.After(interval)));
  }

  private static Optional<Duration> lookback(AliasValues values) {
    Duration lookback = values.duration(REFRESH_LOOKBACK);
    Duration overlap = values.duration(QueryKeys.OVERLAP);
    if (!lookback.isZero() && lookback.compareTo(overlap) <= 0) {
      values.problem(
          REFRESH_LOOKBACK,
          "is "
              + lookback.toMillis()
              + ", no more than "
              + QueryKeys.OVERLAP
              + " ("
              + overlap.toMillis()
              + "), which each run looks back anyway");
    }
    return Optional.of(lookback).filter(it -> !it.isZero());
  }

  private static Optional<Deletes> deletes(
      AliasValues values, Operation operation, Catalog catalog) {
    if (!values.is(DELETES_DETECT, "sweep")) {
      return Optional.empty();
    }
    if (values.all().get(SourceConfig.HEARTBEAT_TOPIC) == null) {
      values
          .problems()
          .add(
              SourceConfig.HEARTBEAT_TOPIC,
              "is missing; " + DELETES_DETECT + "=sweep stores the known ids through it");
    }
    Optional<Operation> get = operation.siblings().get().map(catalog::operation);
    if (get.isEmpty() || !operation.traits().id()) {
      values.problem(
          DELETES_DETECT,
          operation.id() + " has no operation that tells whether one of its items exists");
    }
    if (!values.list(QueryKeys.KEY_FIELDS).isEmpty()) {
      values.problem(
          QueryKeys.KEY_FIELDS,
          "of a deleted item only the id is known; leave the key to the id, or do without "
              + DELETES_DETECT);
    }
    double maxRatio = values.number(DELETES_MAX_RATIO).doubleValue();
    return get.map(found -> new Deletes(found, maxRatio));
  }

  private static Schedule schedule(AliasValues values, String cron, String interval) {
    return cron(values, cron).orElseGet(() -> new Schedule.Every(values.duration(interval)));
  }

  private static Optional<Schedule> cron(AliasValues values, String name) {
    ZoneId zone = values.text(TIME_ZONE).map(ZoneId::of).orElse(ZoneOffset.UTC);
    return values.text(name).map(expression -> Schedule.Cron.parse(expression, zone));
  }
}
