package io.psastream.connectwise.source.config;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** When a pass runs. Computes only. */
public sealed interface Schedule {

  Duration MINUTE = Duration.ofMinutes(1);

  /** The wait when there is no further time. */
  Duration AGES = Duration.ofDays(365);

  /** How long to wait for the first run. */
  Duration untilFirst(Instant now);

  /**
   * How long to wait for the next run.
   *
   * @param sinceStart how long ago the last one started
   * @param emptyRuns how many runs in a row have found nothing
   */
  Duration untilNext(Duration sinceStart, Instant now, int emptyRuns);

  /** How often it runs at most, in times a minute; of a cron expression, as the next two lie. */
  double perMinute(Instant now);

  /**
   * A time from start to start; a run that takes longer is followed at once.
   *
   * @param interval after a run that found something
   * @param idle what the interval grows to, by half with each run that finds nothing
   */
  record Every(Duration interval, Duration idle) implements Schedule {

    /** At this many empty runs every interval has grown to any other. */
    private static final int MOST_STEPS = 80;

    /** A fixed interval. */
    public Every(Duration interval) {
      this(interval, interval);
    }

    @Override
    public Duration untilFirst(Instant now) {
      return Duration.ZERO;
    }

    @Override
    public Duration untilNext(Duration sinceStart, Instant now, int emptyRuns) {
      Duration left = interval(emptyRuns).minus(sinceStart);
      return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration interval(int emptyRuns) {
      double grown = interval.toMillis() * Math.pow(1.5, Math.min(emptyRuns, MOST_STEPS));
      return grown < idle.toMillis() ? Duration.ofMillis((long) grown) : idle;
    }

    @Override
    public double perMinute(Instant now) {
      return (double) MINUTE.toMillis() / interval.toMillis();
    }
  }

  /** A fixed time from start to start, which the first run waits for as well. */
  record After(Duration interval) implements Schedule {

    @Override
    public Duration untilFirst(Instant now) {
      return interval;
    }

    @Override
    public Duration untilNext(Duration sinceStart, Instant now, int emptyRuns) {
      return new Every(interval).untilNext(sinceStart, now, 0);
    }

    @Override
    public double perMinute(Instant now) {
      return new Every(interval).perMinute(now);
    }
  }

  /** Only when it is asked for. */
  record Never() implements Schedule {

    @Override
    public Duration untilFirst(Instant now) {
      return AGES;
    }

    @Override
    public Duration untilNext(Duration sinceStart, Instant now, int emptyRuns) {
      return AGES;
    }

    @Override
    public double perMinute(Instant now) {
      return 0;
    }
  }

  /** The times of a cron expression in a time zone; times during a run are left out. */
  record Cron(ExecutionTime times, ZoneId zone) implements Schedule {

    private static final CronDefinition UNIX =
        CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);
    private static final CronDefinition QUARTZ =
        CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ);
    private static final int UNIX_FIELDS = 5;
    private static final String FORMS =
        "Write five fields (minute, hour, day, month, weekday), as in 0 3 * * *, or six that begin"
            + " with seconds and have a ? for one of the days, as in 0 0 3 * * ?";

    /** Before every time that an expression can give: Quartz counts years from 1970. */
    private static final Instant BEFORE_ALL = Instant.EPOCH;

    /** The parser takes seconds for what is much longer than any schedule. */
    private static final int LONGEST = 500;

    /**
     * Reads five fields as cron does, six or seven as Quartz does, with seconds first.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    public static Cron parse(String expression, ZoneId zone) {
      if (expression.length() > LONGEST) {
        throw new IllegalArgumentException("it has more than " + LONGEST + " characters");
      }
      int fields = expression.strip().split("\\s+", -1).length;
      if (fields < UNIX_FIELDS || fields > UNIX_FIELDS + 2) {
        throw new IllegalArgumentException("the number of its fields is " + fields + ". " + FORMS);
      }
      ExecutionTime times = times(expression.strip(), fields == UNIX_FIELDS ? UNIX : QUARTZ);
      if (times.timeToNextExecution(BEFORE_ALL.atZone(zone)).isEmpty()) {
        throw new IllegalArgumentException("there is no such day, so it would never run");
      }
      return new Cron(times, zone);
    }

    private static ExecutionTime times(String expression, CronDefinition definition) {
      try {
        return ExecutionTime.forCron(new CronParser(definition).parse(expression));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            e.getMessage().replaceAll("[.\\s]+$", "") + ". " + FORMS, e);
      }
    }

    @Override
    public Duration untilFirst(Instant now) {
      return times.timeToNextExecution(now.atZone(zone)).orElse(AGES);
    }

    @Override
    public Duration untilNext(Duration sinceStart, Instant now, int emptyRuns) {
      return untilFirst(now);
    }

    @Override
    public double perMinute(Instant now) {
      Instant first = now.plus(untilFirst(now));
      return (double) MINUTE.toMillis() / Math.max(1, untilFirst(first).toMillis());
    }
  }
}
