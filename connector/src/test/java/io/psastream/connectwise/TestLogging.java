package io.psastream.connectwise;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.ILoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.simple.SimpleServiceProvider;
import org.slf4j.spi.MDCAdapter;

/**
 * The logging of the tests, which has a context (MDC) as that of a worker has, and writes it into
 * each line; slf4j-simple has none.
 */
public final class TestLogging extends SimpleServiceProvider {

  /** The key under which Connect says of which connector and task a line is. */
  public static final String CONTEXT = "connector.context";

  /** Whether all loggers log at all levels. */
  private static volatile boolean all;

  private final MDCAdapter context = new BasicMDCAdapter();

  @Override
  public ILoggerFactory getLoggerFactory() {
    return Lines::new;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  /** The lines that are logged by all threads while something runs. */
  public static List<String> of(Action action) throws Exception {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream before = System.err;
    try (PrintStream captured = new PrintStream(log, true, StandardCharsets.UTF_8)) {
      System.setErr(captured);
      action.run();
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** The same at all levels, whatever logs. */
  public static List<String> ofAll(Action action) throws Exception {
    all = true;
    try {
      return of(action);
    } finally {
      all = false;
    }
  }

  /** Something that logs. */
  @FunctionalInterface
  public interface Action {
    /** Runs it. */
    void run() throws Exception;
  }

  private static final class Lines extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;

    private Lines(String name) {
      this.name = name;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String pattern, Object[] values, Throwable cause) {
      String context = MDC.get(CONTEXT) == null ? "" : MDC.get(CONTEXT);
      String text = MessageFormatter.basicArrayFormat(pattern, values);
      System.err.println(
          "[%s] %s %s - %s%s"
              .formatted(Thread.currentThread().getName(), level, name, context, text));
      if (cause != null) {
        cause.printStackTrace();
      }
    }

    @Override
    public boolean isTraceEnabled() {
      return all;
    }

    @Override
    public boolean isDebugEnabled() {
      return all;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }
}
