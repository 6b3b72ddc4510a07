package io.psastream.connectwise.sandbox.connect;

import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.lang.reflect.Field;
import org.apache.kafka.common.utils.internals.Exit;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.AbstractHerder;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.TargetState;

/**
 * A distributed Connect worker in this JVM. Its connectors come from the plugin path alone, in
 * class loaders of their own.
 */
public final class EmbeddedWorker implements Worker {
  private final Connect<?> connect;

  private EmbeddedWorker(Connect<?> connect) {
    this.connect = connect;
  }

  /** Starts a worker; it may take a moment more until it answers. */
  public static EmbeddedWorker start(WorkerSettings settings) {
    // The worker puts its own class loader on the thread that starts it.
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // A hook of its own would stop it beside the one of the sandbox, which then would not wait for
    // it and stop the broker that it still needs.
    Exit.setShutdownHookAdder((name, hook) -> {});
    try {
      return new EmbeddedWorker(new ConnectDistributed().startConnect(settings.properties()));
    } finally {
      Exit.resetShutdownHookAdder();
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /**
   * Pauses a connector and resumes it, both at once, for which the REST API takes a moment each:
   * what they interrupt in its tasks, this does.
   *
   * @param pause what goes on while it is paused
   */
  public void pauseAndResume(String connector, Runnable pause) {
    try {
      Field field = AbstractHerder.class.getDeclaredField("worker");
      field.setAccessible(true);
      var worker = (org.apache.kafka.connect.runtime.Worker) field.get(connect.herder());
      worker.setTargetState(connector, TargetState.PAUSED, (failure, state) -> {});
      pause.run();
      worker.setTargetState(connector, TargetState.STARTED, (failure, state) -> {});
    } catch (ReflectiveOperationException e) {
      throw new SandboxException("This version of Connect has no such field", e);
    }
  }

  @Override
  public void close() {
    connect.stop();
    connect.awaitStop();
  }
}
