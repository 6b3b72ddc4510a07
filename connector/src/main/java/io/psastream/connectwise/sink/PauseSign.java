package io.psastream.connectwise.sink;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the connector of a task is paused. Connect stops reading then and tells the task nothing,
 * but the worker says it in its metrics: {@code status} of {@code connector-task-metrics}, which it
 * changes before the next call of the task (Kafka Connect, Monitoring; {@code WorkerTask.onPause}).
 * Asked on the task's own thread.
 */
final class PauseSign implements BooleanSupplier {

  private static final Logger LOG = LoggerFactory.getLogger(PauseSign.class);

  /** What Connect calls the thread of a task: this, the connector's name, and the task's number. */
  private static final String THREAD = "task-thread-";

  /** Any other name is quoted in that of a metric (Kafka's {@code Sanitizer.jmxSanitize}). */
  private static final Pattern PLAIN = Pattern.compile("[\\w-%. \t]*");

  private final MBeanServer metrics = ManagementFactory.getPlatformMBeanServer();
  private final Optional<ObjectName> task;

  private PauseSign(Optional<ObjectName> task) {
    this.task = task;
  }

  /**
   * The sign of the task that this thread runs.
   *
   * @param connector the name of the connector
   */
  static PauseSign of(String connector) {
    String thread = Thread.currentThread().getName();
    String prefix = THREAD + connector + "-";
    String number = thread.startsWith(prefix) ? thread.substring(prefix.length()) : "";
    PauseSign sign =
        new PauseSign(number.matches("\\d{1,9}") ? name(connector, number) : Optional.empty());
    if (sign.status().isEmpty()) {
      LOG.info(
          "The worker has no metric of this task's status, so PAUSED will not halt what was already"
              + " taken; STOPPED does. Let the worker have its JmxReporter (metric.reporters).");
    }
    return sign;
  }

  private static Optional<ObjectName> name(String connector, String number) {
    try {
      return Optional.of(
          new ObjectName(
              "kafka.connect:type=connector-task-metrics,connector="
                  + (PLAIN.matcher(connector).matches() ? connector : ObjectName.quote(connector))
                  + ",task="
                  + number));
    } catch (JMException e) {
      return Optional.empty();
    }
  }

  /** Whether the worker says so; false where it says nothing. */
  @Override
  public boolean getAsBoolean() {
    return status().filter("paused"::equals).isPresent();
  }

  private Optional<String> status() {
    try {
      return task.isPresent()
          ? Optional.of(String.valueOf(metrics.getAttribute(task.get(), "status")))
          : Optional.empty();
    } catch (JMException | RuntimeException e) {
      return Optional.empty(); // the worker reports no such metric
    }
  }
}
