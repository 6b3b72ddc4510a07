package io.psastream.connectwise.sandbox.demo;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.machine.Ports;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The program behind {@code ./demo}. Exit code 0: everything that was promised happened; 1:
 * something did not, and the log says more; 2: it was called wrongly.
 */
public final class DemoMain {

  private static final Duration STOP_TIME = Duration.ofSeconds(20);

  private final DemoOptions options;
  private final Screen screen;
  private Optional<Sandbox> sandbox = Optional.empty();

  private DemoMain(DemoOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  public static void main(String[] arguments) {
    Screen screen = new Screen(System.out, Boolean.getBoolean("demo.terminal"));
    System.exit(run(screen, arguments));
  }

  private static int run(Screen screen, String... arguments) {
    try {
      DemoOptions options = DemoOptions.of(arguments);
      return switch (options.mode()) {
        case CONSUME -> new TopicTool(options).print(System.out);
        case SEND -> new TopicTool(options).send();
        case REAL -> {
          Optional<String> problem = RealSite.problem(System.getenv());
          problem.ifPresent(screen::say);
          yield problem.isPresent() ? 2 : new DemoMain(options, screen).run();
        }
        case STORY, KEEP -> new DemoMain(options, screen).run();
      };
    } catch (IllegalArgumentException e) {
      screen.say(e.getMessage());
      return 2;
    } catch (SandboxException e) {
      screen.say(e.getMessage());
      return 1;
    }
  }

  private int run() {
    try {
      screen.say("Starting Kafka and a Connect worker with " + options.archive().getFileName());
      if (options.mode() == DemoOptions.Mode.REAL) {
        Sandbox sandbox = started(Ports.free(), Map.of());
        new RealSite(sandbox, screen, System.getenv()).read(options.examples());
      } else {
        tell();
      }
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    } catch (IOException | RuntimeException e) {
      screen.say("");
      screen.say("Failed: " + e.getMessage());
      sandbox.ifPresent(running -> running.connect().failures().forEach(screen::say));
      screen.say("What the worker did is in " + log());
      return 1;
    } finally {
      // Before the JVM ends: its hooks run side by side, and a worker waits long for a lost broker.
      sandbox.ifPresent(Sandbox::close);
    }
  }

  private Sandbox started(int kafkaPort, Map<String, String> worker) throws IOException {
    int restPort = options.port(DemoOptions.CONNECT_PORT);
    Ports.requireFree(restPort, DemoOptions.CONNECT_PORT);
    Path directory = Files.createTempDirectory("connectwise-sandbox-");
    Sandbox started =
        Sandbox.start(
            options.archive(),
            directory,
            new Sandbox.Endpoints(restPort, kafkaPort),
            Map.of(),
            worker);
    sandbox = Optional.of(started);
    // Also when Ctrl-C ends the demo.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "demo-stop"));
    started.startWorker();
    return started;
  }

  /**
   * Stops what runs, in bounded time: Jetty has a hook of its own for the worker's REST server, and
   * where both stop it at once, Kafka's may wait for ever.
   */
  private static void stop(Sandbox sandbox) {
    Thread stopping = new Thread(sandbox::close, "demo-stopping");
    stopping.setDaemon(true);
    stopping.start();
    try {
      stopping.join(STOP_TIME.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path log() {
    return Path.of(System.getProperty("sandbox.log", "sandbox.log")).toAbsolutePath();
  }

  /** The ports of what stays up are known before; a story alone is in nobody's way. */
  private void tell() throws IOException, InterruptedException {
    boolean keep = options.mode() == DemoOptions.Mode.KEEP;
    int kafkaPort = keep ? required(DemoOptions.KAFKA_PORT) : Ports.free();
    int sitePort = keep ? required(DemoOptions.SITE_PORT) : 0;
    if (keep) {
      required(DemoOptions.CALLBACKS_PORT);
    }
    try (Simulator simulator = Simulator.start(SimulatorSettings.defaults().withPort(sitePort))) {
      Sandbox running =
          started(kafkaPort, DemoEnvironment.settings(simulator, "127.0.0.1:" + kafkaPort));
      Story story = new Story(running, simulator, screen);
      if (keep) {
        Playground playground = new Playground(options, running, simulator, screen);
        playground.follow();
        story.tell(options.examples());
        playground.open(log().resolveSibling("callbacks.log"));
      } else {
        story.tell(options.examples());
      }
    }
  }

  private int required(String option) {
    Ports.requireFree(options.port(option), option);
    return options.port(option);
  }
}
