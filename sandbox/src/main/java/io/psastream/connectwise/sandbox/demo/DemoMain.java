package io.psastream.connectwise.sandbox.demo;

import io.psastream.connectwise.sandbox.CallbacksProgram;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.machine.Ports;
import io.psastream.connectwise.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The program behind {@code ./demo}. Exit code 0: everything that was promised happened; 1:
 * something did not, and the log says more; 2: it was called wrongly.
 */
public final class DemoMain {
  private final DemoOptions options;
  private final Screen screen;

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
      Optional<String> problem =
          options.mode() == DemoOptions.Mode.REAL
              ? RealSite.problem(System.getenv())
              : Optional.empty();
      if (problem.isPresent()) {
        screen.say(problem.get());
        return 2;
      }
      return new DemoMain(options, screen).run();
    } catch (IllegalArgumentException e) {
      screen.say(e.getMessage());
      return 2;
    }
  }

  private int run() {
    Optional<Sandbox> sandbox = Optional.empty();
    try {
      screen.say("Starting Kafka and a Connect worker with " + options.archive().getFileName());
      sandbox = Optional.of(started());
      tell(sandbox.get());
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
    }
  }

  private Sandbox started() throws IOException {
    Ports.requireFree(options.restPort());
    Path directory = Files.createTempDirectory("connectwise-sandbox-");
    Sandbox sandbox = Sandbox.start(options.archive(), directory, options.restPort());
    // Also when Ctrl-C ends the demo.
    Runtime.getRuntime().addShutdownHook(new Thread(sandbox::close, "demo-stop"));
    sandbox.startWorker();
    return sandbox;
  }

  private static Path log() {
    return Path.of(System.getProperty("sandbox.log", "sandbox.log")).toAbsolutePath();
  }

  private void tell(Sandbox sandbox) throws IOException, InterruptedException {
    if (options.mode() == DemoOptions.Mode.REAL) {
      new RealSite(sandbox, screen, System.getenv()).read(options.examples());
      return;
    }
    try (Simulator simulator = Simulator.start()) {
      new Story(sandbox, simulator, screen).tell(options.examples());
      if (options.mode() == DemoOptions.Mode.KEEP) {
        stayUp(sandbox, simulator);
      }
    }
  }

  private void stayUp(Sandbox sandbox, Simulator simulator)
      throws IOException, InterruptedException {
    String listen = "127.0.0.1:" + Ports.free();
    CallbacksProgram callbacks =
        CallbacksProgram.serve(
            Path.of("").toAbsolutePath(),
            Map.of(
                "connectwise.site.url", simulator.url(),
                "connectwise.username", simulator.username(),
                "connectwise.password", simulator.password(),
                "connectwise.client.id", simulator.clientId(),
                "listen", listen,
                "callback.url", "http://" + listen + "/",
                "topic", Story.SIGNALS,
                "bootstrap.servers", sandbox.bootstrapServers()),
            log().resolveSibling("callbacks.log"));
    Runtime.getRuntime().addShutdownHook(new Thread(callbacks::close, "callbacks-stop"));
    screen.chapter("Everything stays up until Ctrl-C:");
    screen.say("  Kafka                 " + sandbox.bootstrapServers());
    screen.say("  Connect REST API      " + sandbox.connect().url() + "/connectors?expand=status");
    screen.say("  ConnectWise double    " + simulator.url());
    screen.say("  Callbacks             http://" + listen);
    screen.say("  A deletion arrives as a tombstone within seconds, as a callback tells of it:");
    screen.say("  curl -X DELETE " + simulator.url() + "/admin/items/service/tickets/7");
    new CountDownLatch(1).await();
  }
}
