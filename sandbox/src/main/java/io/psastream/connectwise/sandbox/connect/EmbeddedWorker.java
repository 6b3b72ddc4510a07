package io.psastream.connectwise.sandbox.connect;

import org.apache.kafka.common.utils.internals.Exit;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;

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

  @Override
  public void close() {
    connect.stop();
    connect.awaitStop();
  }
}
