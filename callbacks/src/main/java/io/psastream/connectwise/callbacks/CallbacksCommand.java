package io.psastream.connectwise.callbacks;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.ConnectWiseClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code bin/connectwise-callbacks}: receives callbacks, and keeps them registered. Exit codes: 0
 * when done, 1 when it could not be done or {@code status} finds something missing, 2 when the
 * command line or a setting is wrong.
 */
@Command(
    name = "connectwise-callbacks",
    mixinStandardHelpOptions = true,
    version = "connectwise-callbacks of kafka-connect-connectwise",
    description = {
      "Receives callbacks of ConnectWise PSA and writes them to the signal topic of the connectors.",
      "Settings come from --config, the environment (CONNECTWISE_PASSWORD is connectwise.password)"
          + " and options, of which the later win. Keys are never options."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
public final class CallbacksCommand {

  private static final int INCOMPLETE = 1;

  private final Map<String, String> environment;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "A file of settings, key=value.")
  private Path file;

  @Option(
      names = "--site",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "The site, such as https://na.myconnectwise.net.")
  private String site;

  private CallbacksCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Runs a command line and ends the JVM. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(System.getenv(), out, err, arguments));
  }

  /** Runs a command line and returns its exit code. */
  static int run(
      Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new CallbacksCommand(environment))
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(CallbacksCommand::explain)
        .execute(arguments);
  }

  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (failure instanceof KafkaException // with ConfigException
        || failure instanceof IllegalArgumentException
        || failure instanceof IOException) {
      String cause = failure.getCause() == null ? "" : ": " + failure.getCause().getMessage();
      command.getErr().println(failure.getMessage() + cause);
      return CommandLine.ExitCode.USAGE;
    }
    if (failure instanceof ApiException || failure instanceof IllegalStateException) {
      command.getErr().println(failure.getMessage());
      return INCOMPLETE;
    }
    throw failure;
  }

  @Command(
      name = "serve",
      mixinStandardHelpOptions = true,
      description = {
        "Receives callbacks until it is ended. With callback.url it registers them, too, and looks"
            + " every hour whether they still are.",
        "GET /health is 200 while it runs."
      })
  int serve(
      @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where to listen.")
          String listen,
      @Option(names = "--topic", description = "The signal topic of the connectors.") String topic,
      @Option(
              names = "--bootstrap-servers",
              paramLabel = "HOST:PORT,…",
              description = "The brokers.")
          String brokers)
      throws IOException, InterruptedException {
    Map<String, String> options = new HashMap<>();
    options.put(Settings.LISTEN, listen);
    options.put(Settings.TOPIC, topic);
    options.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    try (Service service = Service.start(settings(options))) {
      Runtime.getRuntime().addShutdownHook(new Thread(service::close, "callbacks-stop"));
      out("Listening on port " + service.port());
      service.await();
    }
    return CommandLine.ExitCode.OK;
  }

  @Command(
      name = "register",
      mixinStandardHelpOptions = true,
      description =
          "Registers the callbacks of callback.types, makes inactive ones active again, and removes"
              + " those of ours that are no longer wanted.")
  int register() throws IOException {
    Settings settings = settings(Map.of());
    List<Entry> wanted = settings.entries();
    try (ConnectWiseClient client = ConnectWiseClient.open(settings.client())) {
      List<String> changes = registrations(settings, client).reconcile(wanted, true);
      changes.forEach(this::out);
      if (changes.isEmpty()) {
        out("all are registered");
      }
    }
    return CommandLine.ExitCode.OK;
  }

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Shows our callbacks at the site; 1 when one is missing or inactive.")
  int status() throws IOException {
    Settings settings = settings(Map.of());
    List<Entry> wanted = settings.entries();
    try (ConnectWiseClient client = ConnectWiseClient.open(settings.client())) {
      List<Registrations.Registered> own = registrations(settings, client).own();
      own.forEach(
          each ->
              out(
                  "%s %s %s%s"
                      .formatted(
                          each.active() ? "active  " : "inactive",
                          each.entry(),
                          each.entry().url(),
                          wanted.contains(each.entry()) ? "" : " (not wanted)")));
      List<Entry> missing =
          wanted.stream()
              .filter(
                  entry ->
                      own.stream().noneMatch(each -> each.active() && each.entry().equals(entry)))
              .toList();
      missing.stream()
          .filter(entry -> own.stream().noneMatch(each -> each.entry().equals(entry)))
          .forEach(entry -> out("missing  " + entry + " " + entry.url()));
      return missing.isEmpty() ? CommandLine.ExitCode.OK : INCOMPLETE;
    }
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Removes our callbacks from the site, and no others.")
  int remove() throws IOException {
    Settings settings = settings(Map.of());
    try (ConnectWiseClient client = ConnectWiseClient.open(settings.client())) {
      registrations(settings, client).remove().forEach(this::out);
    }
    return CommandLine.ExitCode.OK;
  }

  private static Registrations registrations(Settings settings, ConnectWiseClient client) {
    return new Registrations(client, Catalog.load(), settings.mark());
  }

  private Settings settings(Map<String, String> options) throws IOException {
    Map<String, String> given = new HashMap<>(options);
    given.put("connectwise.site.url", site);
    given.values().removeIf(value -> value == null);
    return Settings.of(properties(), environment, given);
  }

  private Map<String, String> properties() throws IOException {
    Properties properties = new Properties();
    if (file != null) {
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new IOException("--config: the file " + file + " cannot be read", e);
      }
    }
    Map<String, String> all = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> all.put(key, properties.getProperty(key)));
    return all;
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
  }
}
