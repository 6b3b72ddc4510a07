package io.psastream.connectwise.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs what goes wrong with many calls or records at once: a line when it begins, at most one a
 * minute while it lasts, with how many were left out, and one when it is over. What comes back
 * within the minute is counted and told in the next line. Every line is of the task whose thread
 * has made this, whichever thread meets the trouble. Safe for use by several threads.
 */
public final class TroubleLog {

  /** The time between two lines of a trouble that lasts, where nothing else is said. */
  static final Duration INTERVAL = Duration.ofMinutes(1);

  /** So many troubles are told apart, since their names must not fill the memory. */
  private static final int MOST = 1_000;

  private final LogContext context = LogContext.here();
  private final Logger log;
  private final LongSupplier nanos;
  private final long interval;
  private final Map<String, Recurring> troubles = new HashMap<>();
  private volatile int lasting;

  private static final class Recurring {
    private boolean lasts;
    private boolean told;
    private long begin;
    private long last;
    private long count;
    private long lastLine;
    private long untold;
  }

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  public TroubleLog(Logger log, LongSupplier nanos) {
    this(log, nanos, INTERVAL);
  }

  /**
   * The same for what somebody has to mend, and nobody wants to read of every minute until then.
   *
   * @param interval the time between two lines while a trouble lasts
   */
  public TroubleLog(Logger log, LongSupplier nanos, Duration interval) {
    this.log = log;
    this.nanos = nanos;
    this.interval = interval.toNanos();
  }

  /**
   * Warns, unless this trouble was warned of within the interval, a minute mostly.
   *
   * @param trouble its name, in the words of a log line and without anything of a record
   * @param text the whole line
   */
  public void warn(String trouble, String text) {
    warn(trouble, text, interval);
  }

  /**
   * The same for what somebody else tells better once it has lasted: the first line of a trouble,
   * and others only where that has said nothing for twice the interval.
   */
  void begin(String trouble, String text) {
    warn(trouble, text, 2 * interval);
  }

  private synchronized void warn(String trouble, String text, long silence) {
    long now = nanos.getAsLong();
    String name = troubles.size() < MOST || troubles.containsKey(trouble) ? trouble : "others";
    Recurring it = troubles.computeIfAbsent(name, key -> new Recurring());
    boolean due = it.count == 0 || now - it.lastLine >= silence;
    if (!it.lasts) {
      it.lasts = true;
      it.told = false;
      it.begin = now;
      it.count = 0;
      lasting++;
    }
    it.count++;
    it.last = now;
    if (!due) {
      it.untold++;
      return;
    }
    if (it.untold == 0) {
      context.run(() -> log.warn("{}", text));
    } else {
      context.run(() -> log.warn("{} ({}: {} more since the last line)", text, name, it.untold));
    }
    it.untold = 0;
    it.lastLine = now;
    it.told = true;
  }

  /** The time of the clock. */
  public long now() {
    return nanos.getAsLong();
  }

  /** Whether any trouble lasts; cheap. */
  public boolean lasts() {
    return lasting > 0;
  }

  /** Says of each trouble that has not come for the interval that it is over. */
  public synchronized void quiet() {
    long since = nanos.getAsLong() - interval;
    troubles.keySet().forEach(trouble -> over(trouble, since));
  }

  /**
   * Says that a trouble is over, once, if it was warned of.
   *
   * @param since when what succeeded began, by the clock: what was sent before the trouble came
   *     last says nothing of its end
   */
  public synchronized void over(String trouble, long since) {
    Recurring it = troubles.get(trouble);
    if (it == null || !it.lasts || since - it.last < 0) {
      return;
    }
    it.lasts = false;
    lasting--;
    if (it.told) {
      long now = nanos.getAsLong();
      context.run(
          () ->
              log.info(
                  "Over after {} ms: {} ({} times in all)",
                  TimeUnit.NANOSECONDS.toMillis(now - it.begin),
                  trouble,
                  it.count));
      it.untold = 0;
      it.lastLine = now;
    }
  }
}
