package io.psastream.connectwise.command;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.UnknownOperationException;
import io.psastream.connectwise.client.Version;
import io.psastream.connectwise.data.ReportDecoder;
import io.psastream.connectwise.data.typed.TypedDecoder;
import io.psastream.connectwise.data.typed.TypedForm;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.Schema;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code bin/connectwise-operations}: what operations there are, what they take and answer, and a
 * configuration for each. Only {@code try} calls the site. Exit codes: 0 when something was shown,
 * 1 when nothing matches or what was tried fails, 2 when the command line or an OperationId is
 * wrong.
 */
@Command(
    name = "connectwise-operations",
    mixinStandardHelpOptions = true,
    versionProvider = OperationsCommand.ArchiveVersion.class,
    description =
        "Shows the operations of ConnectWise PSA, writes configurations for them and tries them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
public final class OperationsCommand {

  private static final int NOTHING_FOUND = 1;

  private final Catalog catalog = Catalog.load();

  @Spec private CommandSpec spec;

  private OperationsCommand() {}

  /** The version of the archive that it is run from. */
  static final class ArchiveVersion implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {"${COMMAND-FULL-NAME} " + Version.CURRENT};
    }
  }

  /** What an operation is for in this plugin. */
  private enum Purpose {
    QUERY,
    MUTATE,
    DELETE;

    boolean fits(Operation operation) {
      return this
          == switch (operation.method()) {
            case GET -> QUERY;
            case POST, PUT, PATCH -> MUTATE;
            case DELETE -> DELETE;
          };
    }
  }

  /** Runs a command line and ends the JVM. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /** Runs a command line and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    OperationsCommand command = new OperationsCommand();
    return new CommandLine(command)
        .addSubcommand(new TryCommand(command.catalog))
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(OperationsCommand::explain)
        .execute(arguments);
  }

  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (failure instanceof UnknownOperationException) {
      command.getErr().println(failure.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    throw failure;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists operations: OperationId, method and path.")
  int list(
      @Option(
              names = "--kind",
              description = "Only those for a source (query) or for a sink (mutate, delete).")
          Purpose kind,
      @Option(
              names = "--module",
              description = "Only those of a module, such as service or finance.")
          String module) {
    return print(
        operation ->
            (kind == null || kind.fits(operation))
                && (module == null || module.equalsIgnoreCase(operation.module())));
  }

  @Command(
      name = "search",
      mixinStandardHelpOptions = true,
      description = "Lists the operations whose OperationId, method or path has all of the words.")
  int search(@Parameters(paramLabel = "WORD", arity = "1..*") List<String> words) {
    List<String> wanted = words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    return print(
        operation -> {
          String text = OperationPage.line(operation).toLowerCase(Locale.ROOT);
          return wanted.stream().allMatch(text::contains);
        });
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows what an operation takes and answers.")
  int show(@Parameters(paramLabel = "OPERATION_ID") String id) {
    Operation operation = catalog.operation(id);
    out().print(new OperationPage(catalog).of(operation));
    out().flush();
    return CommandLine.ExitCode.OK;
  }

  @Command(
      name = "template",
      mixinStandardHelpOptions = true,
      description = {
        "Writes a configuration with every option that the operation expects, to be posted to"
            + " /connectors of a worker after what stands in <…> is filled in.",
        "Comments are entries that begin with //, which Kafka Connect ignores."
      })
  int template(
      @Parameters(paramLabel = "OPERATION_ID") String id,
      @Option(
              names = "--format",
              defaultValue = "json",
              description = "json, or properties for a standalone worker (${DEFAULT-VALUE}).")
          ConnectorTemplate.Format format,
      @Option(names = "--plain", description = "Without comments.") boolean plain) {
    ConnectorTemplate template = ConnectorTemplate.of(catalog.operation(id), catalog);
    out().print(template.text(format, !plain));
    out().flush();
    return CommandLine.ExitCode.OK;
  }

  @Command(
      name = "schema",
      mixinStandardHelpOptions = true,
      description = "Shows the schema that the typed values of an operation's items have.")
  int schema(
      @Parameters(paramLabel = "OPERATION_ID") String id,
      @Option(
              names = "--format",
              description = {
                "One of ${COMPLETION-CANDIDATES}, alone; json is what schema.content of the"
                    + " JsonConverter takes (Kafka 4.4), postgresql a CREATE TABLE."
              })
          SchemaText.Form format) {
    Operation operation = catalog.operation(id);
    Schema schema = schema(operation);
    String table = operation.item().orElse(operation.id()).toLowerCase(Locale.ROOT);
    if (format != null) {
      out().print(SchemaText.of(schema, format, table));
    } else {
      for (SchemaText.Form form : SchemaText.Form.values()) {
        out().println("-- " + form.title);
        out().println(SchemaText.of(schema, form, table));
      }
    }
    out().flush();
    return CommandLine.ExitCode.OK;
  }

  private Schema schema(Operation operation) {
    return switch (operation.answer()) {
      case REPORT -> ReportDecoder.ROW;
      case BINARY, HTML -> Schema.BYTES_SCHEMA;
      case LIST, SINGLE, COUNT, BLANK ->
          new TypedDecoder(
                  catalog,
                  operation,
                  new TypedForm(Unknown.COLLECT, true, List.of(), Optional.empty()))
              .schema();
    };
  }

  @Command(
      name = "completion",
      mixinStandardHelpOptions = true,
      description = {
        "Writes a script that completes commands and options in bash and zsh:",
        "source <(connectwise-operations completion)"
      })
  int completion() {
    out().print(AutoComplete.bash(spec.name(), spec.commandLine()));
    out().flush();
    return CommandLine.ExitCode.OK;
  }

  private int print(Predicate<Operation> wanted) {
    List<Operation> found = catalog.operations().stream().filter(wanted).toList();
    found.forEach(operation -> out().println(OperationPage.line(operation)));
    return found.isEmpty() ? NOTHING_FOUND : CommandLine.ExitCode.OK;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
