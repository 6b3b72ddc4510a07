package io.psastream.connectwise.client;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * Of which connector and task a line of the log is. Connect keeps it in the logging context (MDC)
 * of the threads on which it calls a task; others that work for the task, or call it, have none.
 * Immutable.
 */
public final class LogContext {

  /** The key of Connect's, {@code LoggingContext.CONNECTOR_CONTEXT}. */
  private static final String KEY = "connector.context";

  private final Map<String, String> context;

  private LogContext(Map<String, String> context) {
    this.context = context;
  }

  /** That of this thread. */
  public static LogContext here() {
    return new LogContext(Optional.ofNullable(MDC.getCopyOfContextMap()).orElseGet(Map::of));
  }

  /**
   * That of this thread, else of the connector of this configuration, written as Connect does:
   * Connect validates a configuration on a thread without one.
   */
  public static LogContext of(Map<String, String> configuration) {
    String name = configuration.get("name");
    return MDC.get(KEY) != null || name == null
        ? here()
        : new LogContext(Map.of(KEY, "[" + name + "|worker] "));
  }

  /** Runs something whose lines are of this connector and task. */
  public void run(Runnable work) {
    get(
        () -> {
          work.run();
          return work;
        });
  }

  /** The same with a result. */
  public <T> T get(Supplier<T> work) {
    if (context.isEmpty()) {
      return work.get();
    }
    Map<String, String> before = MDC.getCopyOfContextMap();
    MDC.setContextMap(context);
    try {
      return work.get();
    } finally {
      MDC.setContextMap(before == null ? Map.of() : before);
    }
  }
}
