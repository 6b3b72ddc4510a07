package io.psastream.connectwise.sandbox.connect;

/** A running Connect worker: in this JVM, or in one of its own that can be killed. */
public sealed interface Worker extends AutoCloseable permits EmbeddedWorker, ForkedWorker {

  /** Stops the worker in an orderly way: tasks stop, offsets are committed, the group is left. */
  @Override
  void close();
}
