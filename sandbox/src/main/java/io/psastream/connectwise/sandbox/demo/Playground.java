package io.psastream.connectwise.sandbox.demo;

import io.psastream.connectwise.sandbox.CallbacksProgram;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The demo after its story: everything stays up, and the screen says how to try it by hand. */
final class Playground {
  /** All topics but those of the broker and the worker. */
  private static final Pattern TOPICS = Pattern.compile("(?!__|connect-).*");

  private final DemoOptions options;
  private final Sandbox sandbox;
  private final Simulator simulator;
  private final Screen screen;

  Playground(DemoOptions options, Sandbox sandbox, Simulator simulator, Screen screen) {
    this.options = options;
    this.sandbox = sandbox;
    this.simulator = simulator;
    this.screen = screen;
  }

  /** Shows on the simulator's page what arrives in the topics from now on. */
  void follow() {
    Thread thread =
        new Thread(() -> sandbox.topics().follow(TOPICS, this::arrived), "demo-records");
    thread.setDaemon(true);
    thread.start();
    screen.say("Watch it at " + simulator.url() + "/");
  }

  private boolean arrived(ConsumerRecord<String, String> record) {
    simulator
        .arrivals()
        .add(
            record.topic(), Optional.ofNullable(record.key()), Optional.ofNullable(record.value()));
    return true;
  }

  /**
   * Says what there is, and waits for the end of the process.
   *
   * @param log of the program that receives callbacks
   */
  void open(Path log) throws IOException, InterruptedException {
    CallbacksProgram callbacks =
        CallbacksProgram.serve(Path.of("").toAbsolutePath(), callbackSettings(), log);
    Runtime.getRuntime().addShutdownHook(new Thread(callbacks::close, "callbacks-stop"));
    simulator.seed().companies(50).contacts(200).configurations(20).timeEntries(20);
    simulator.seed().notes(Story.RECENT).documents(2);
    Set<String> topics = new TreeSet<>(sandbox.topics().names());
    topics.removeIf(TOPICS.asMatchPredicate().negate());
    new Guide(options, simulator, topics).lines().forEach(screen::say);
    new CountDownLatch(1).await();
  }

  private Map<String, String> callbackSettings() {
    String listen = "127.0.0.1:" + options.port(DemoOptions.CALLBACKS_PORT);
    return Map.of(
        "connectwise.site.url", simulator.url(),
        "connectwise.username", simulator.username(),
        "connectwise.password", simulator.password(),
        "connectwise.client.id", simulator.clientId(),
        "listen", listen,
        "callback.url", "http://" + listen + "/",
        "topic", Story.SIGNAL_TOPIC,
        "bootstrap.servers", sandbox.bootstrapServers());
  }
}
