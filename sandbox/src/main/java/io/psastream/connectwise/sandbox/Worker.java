package io.psastream.connectwise.sandbox;

/** A running Connect worker: in this JVM, or in one of its own that can be killed. */
sealed interface Worker extends AutoCloseable permits EmbeddedWorker, ForkedWorker {

  /** Stops the worker in an orderly way: tasks stop, offsets are committed, the group is left. */
  @Override
  void close();
}
