package io.psastream.connectwise.simulator;

import io.psastream.connectwise.simulator.seed.Seeder;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** Runs a simulator until the process is stopped, for docker-compose and for trying things out. */
public final class SimulatorMain {

  private static final String USAGE =
      """
      Usage: java -jar connectwise-simulator.jar [options]

        --host HOST          address to listen on (127.0.0.1)
        --port PORT          port, 0 for a free one (8080)
        --company NAME       login company (simulator)
        --public-key KEY     public key (publicKey)
        --private-key KEY    private key (privateKey)
        --client-id ID       client id that requests must carry
        --admin-token TOKEN  what /admin asks for; by default SIMULATOR_ADMIN_TOKEN of the
                             environment, else nothing on loopback and a new one elsewhere
        --bytes N            about how large a ticket is (1200)
        --tickets N --project-tickets N --companies N --contacts N --configurations N
        --time-entries N --boards N --members N --dirty-tickets N --notes N --documents N
                             how many of each there are at the start (0)
      """;

  private SimulatorMain() {}

  /** Starts, prints how to reach it, and waits. */
  public static void main(String[] arguments) throws InterruptedException {
    int exit = run(arguments, System.out, System.err, new CountDownLatch(1));
    System.exit(exit);
  }

  /** Runs until the latch opens; answers the exit code. */
  static int run(String[] arguments, PrintStream out, PrintStream err, CountDownLatch stop)
      throws InterruptedException {
    if (List.of(arguments).contains("--help")) {
      out.print(USAGE);
      return 0;
    }
    Map<String, String> options;
    SimulatorSettings settings;
    try {
      options = options(arguments);
      settings = settings(options);
    } catch (IllegalArgumentException wrong) {
      err.println(wrong.getMessage());
      err.print(USAGE);
      return 2;
    }
    try (Simulator simulator = Simulator.start(settings)) {
      seed(simulator, options);
      out.println("ConnectWise simulator on " + simulator.url());
      out.println("username " + simulator.username() + ", client id " + simulator.clientId());
      simulator
          .adminToken()
          .ifPresent(token -> out.println("admin token " + token + " (Authorization: Bearer)"));
      out.flush();
      stop.await();
    }
    return 0;
  }

  private static Map<String, String> options(String[] arguments) {
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
        throw new IllegalArgumentException("What does \"" + arguments[i] + "\" mean?");
      }
      options.put(name(arguments[i].substring(2)), arguments[i + 1]);
    }
    return options;
  }

  /** {@code time-entries} becomes {@code timeEntries}, as the seeder calls them. */
  private static String name(String option) {
    StringBuilder name = new StringBuilder();
    for (String part : option.split("-", -1)) {
      name.append(
          name.length() == 0 || part.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return name.toString();
  }

  private static SimulatorSettings settings(Map<String, String> options) {
    SimulatorSettings settings =
        SimulatorSettings.defaults()
            .withPort(8080)
            .withAdminToken(System.getenv().getOrDefault("SIMULATOR_ADMIN_TOKEN", ""));
    for (Map.Entry<String, String> option : options.entrySet()) {
      String value = option.getValue();
      settings =
          switch (option.getKey()) {
            case "host" -> settings.withHost(value);
            case "port" -> settings.withPort(Integer.parseInt(value));
            case "company" -> settings.withCompany(value);
            case "publicKey" -> settings.withKeys(value, settings.privateKey());
            case "privateKey" -> settings.withKeys(settings.publicKey(), value);
            case "clientId" -> settings.withClientId(value);
            case "adminToken" -> settings.withAdminToken(value);
            default -> counted(option.getKey(), value, settings);
          };
    }
    return settings;
  }

  private static SimulatorSettings counted(String name, String value, SimulatorSettings settings) {
    if (!Seeder.KINDS.contains(name) && !name.equals("bytes")) {
      throw new IllegalArgumentException("There is no option for " + name + ".");
    }
    if (Integer.parseInt(value) < 0) {
      throw new IllegalArgumentException(name + " cannot be negative.");
    }
    return settings;
  }

  private static void seed(Simulator simulator, Map<String, String> options) {
    Seeder seeder = simulator.seed();
    if (options.containsKey("bytes")) {
      seeder = seeder.bytes(Integer.parseInt(options.get("bytes")));
    }
    for (String kind : Seeder.KINDS) {
      if (options.containsKey(kind)) {
        seeder.fill(kind, Integer.parseInt(options.get(kind)));
      }
    }
  }
}
