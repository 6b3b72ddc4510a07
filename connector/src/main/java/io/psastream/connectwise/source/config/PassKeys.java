package io.psastream.connectwise.source.config;

import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.Validators;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Validator;

/** The keys of a query that say when it runs, and what it does besides reading changes. */
final class PassKeys {

  static final String INTERVAL = "schedule.interval.ms";
  static final String CRON = "schedule.cron";
  static final String TIME_ZONE = "schedule.time.zone";
  static final String PARENT = "parent";
  static final String REFRESH_INTERVAL = "full.refresh.schedule.interval.ms";
  static final String REFRESH_CRON = "full.refresh.schedule.cron";
  static final String REFRESH_EMIT = "full.refresh.emit";
  static final String DELETES_DETECT = "deletes.detect";
  static final String DELETES_INTERVAL = "deletes.schedule.interval.ms";
  static final String DELETES_CRON = "deletes.schedule.cron";
  static final String DELETES_MAX_RATIO = "deletes.max.ratio";

  private static final Validator EXPRESSION =
      Validators.text(
          "a cron expression",
          text -> Validators.problem(() -> Schedule.Cron.parse(text, ZoneOffset.UTC), ""));

  static final List<Key> ALL =
      List.of(
          Key.of(
                  INTERVAL,
                  Type.LONG,
                  60_000L,
                  "The time from the start of one run to the start of the next, in milliseconds; a"
                      + " run that takes longer is followed at once, and never started twice. Lower it"
                      + " for fresher data, at the price of one request a run.")
              .display("Interval (ms)")
              .validator(atLeast(100)),
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
              .display("Parent query"),
          Key.of(
                  REFRESH_INTERVAL,
                  Type.LONG,
                  0L,
                  "Reads everything again at this interval, in milliseconds, for changes that leave"
                      + " lastUpdated alone, as merges of companies do. It costs as many requests as"
                      + " the first snapshot. The first one comes an interval after the start. 0 for"
                      + " never. Example: 86400000.")
              .display("Full refresh interval (ms)")
              .validator(atLeast(0)),
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
                  DELETES_DETECT,
                  Type.STRING,
                  "none",
                  "How deletions are found, of which the API has no feed. sweep: by reading all ids"
                      + " (1,000 a request) and comparing them with those that were sent; each that is"
                      + " missing is asked for before a tombstone with its key is sent. Needs"
                      + " heartbeat.topic, through which the known ids are stored.")
              .display("Detect deletions")
              .oneOf(List.of("none", "sweep")),
          Key.of(
                  DELETES_INTERVAL,
                  Type.LONG,
                  3_600_000L,
                  "The time from the start of one sweep to the start of the next, in milliseconds."
                      + " The first one comes right after the start.")
              .display("Sweep interval (ms)")
              .validator(atLeast(100)),
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
              .validator(between(0, 1)));

  private PassKeys() {}

  private static Key cron(String name, String doc) {
    return Key.of(name, Type.STRING, null, doc).display("Cron expression").validator(EXPRESSION);
  }
}
