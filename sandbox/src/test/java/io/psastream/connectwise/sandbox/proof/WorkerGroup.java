package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.connect.ForkedWorker;
import io.psastream.connectwise.sandbox.machine.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Three workers in JVMs of their own, which are killed, stopped, and stand still for longer than
 * their session. One is the sandbox's, which is the one that is asked.
 */
final class WorkerGroup implements AutoCloseable {
  private static final Map<String, String> WORKER =
      Map.of(
          "session.timeout.ms", "4000",
          "heartbeat.interval.ms", "500",
          "producer.transaction.timeout.ms", "4000",
          "offset.flush.interval.ms", "500");

  private final Sandbox sandbox;
  private final Random random;
  private final List<ForkedWorker> peers = new ArrayList<>();
  private final List<Path> logs = new ArrayList<>();

  WorkerGroup(Sandbox sandbox, Random random) {
    this.sandbox = sandbox;
    this.random = random;
  }

  /** Starts them, side by side, and waits until all answer. */
  void start() throws IOException {
    List<CompletableFuture<ForkedWorker>> joining =
        Stream.generate(() -> CompletableFuture.supplyAsync(this::joined)).limit(2).toList();
    fork();
    joining.forEach(peer -> add(peer.join()));
  }

  private void fork() throws IOException {
    sandbox.forkWorker(WORKER);
    logs.add(sandbox.forked().orElseThrow().log());
  }

  private ForkedWorker joined() {
    try {
      return sandbox.joinWorker(WORKER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(ForkedWorker peer) {
    peers.add(peer);
    logs.add(peer.log());
  }

  /** Ends one of them, and starts another in its place. */
  void replace(boolean kill) throws IOException {
    int which = random.nextInt(peers.size() + 1);
    if (which < peers.size()) {
      ForkedWorker peer = peers.remove(which);
      if (kill) {
        peer.kill();
      } else {
        peer.close();
      }
      add(joined());
    } else {
      if (kill) {
        sandbox.killWorker();
      }
      fork();
    }
  }

  /** Stops the process of one for one to three sessions of a worker and of a consumer. */
  void freeze(boolean killAnother) throws IOException {
    ForkedWorker frozen =
        killAnother || random.nextBoolean() ? peers.get(0) : sandbox.forked().orElseThrow();
    frozen.freeze();
    try {
      if (killAnother) {
        peers.remove(1).kill();
        add(joined());
      }
      idle(6_000 + random.nextInt(8_000));
    } finally {
      frozen.thaw();
    }
  }

  /** Does nothing for so long. */
  static void idle(int millis) {
    long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    Await.until("A moment", Duration.ofMinutes(1), () -> System.nanoTime() - end >= 0);
  }

  /** What all of them have logged, those that are gone too. */
  List<Path> logs() {
    return logs;
  }

  @Override
  public void close() {
    CompletableFuture<?>[] closing =
        peers.stream()
            .map(peer -> CompletableFuture.runAsync(peer::close))
            .toArray(CompletableFuture<?>[]::new);
    sandbox.stopWorker();
    CompletableFuture.allOf(closing).join();
  }
}
