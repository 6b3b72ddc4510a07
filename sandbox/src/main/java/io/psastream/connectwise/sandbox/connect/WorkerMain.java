package io.psastream.connectwise.sandbox.connect;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.connect.cli.ConnectDistributed;

/**
 * Main class of {@link ForkedWorker}: Kafka's own distributed worker, which ends when standard
 * input does. Takes the worker's properties file.
 */
final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] args) {
    Thread parent = new Thread(WorkerMain::haltWithParent, "parent-watch");
    parent.setDaemon(true);
    parent.start();
    ConnectDistributed.main(args);
  }

  private static void haltWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is sent; only the end counts.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }
}
