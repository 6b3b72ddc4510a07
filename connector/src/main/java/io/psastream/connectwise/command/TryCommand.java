package io.psastream.connectwise.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.ConnectWiseSinkConnector;
import io.psastream.connectwise.sink.DryRun;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.sink.report.Reply;
import io.psastream.connectwise.source.ConnectWiseSourceConnector;
import io.psastream.connectwise.source.FirstPages;
import io.psastream.connectwise.source.FirstPages.FirstPage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code try}: a configuration against the site, without Kafka. Prints JSON. */
@Command(
    name = "try",
    mixinStandardHelpOptions = true,
    description = {
      "Tries a configuration against its site, without Kafka, and prints JSON: of a source the"
          + " records that each query reads first, of a sink the calls that it would send for a"
          + " sample record. Nothing is written, neither to the site nor to Kafka.",
      "The file is what is posted to /connectors of a worker, its \"config\" alone, or properties."
          + " References to the config providers env, file and directory are resolved as a worker"
          + " does; there is no option for a credential. Transforms and converters are not applied."
    })
final class TryCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Enough for a slow page; nobody looks at a terminal for longer. */
  private static final Duration TIME = Duration.ofMinutes(2);

  private static final int FAILED = 1;

  private final Catalog catalog;
  private final Set<Schema> shown = new HashSet<>();

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CONFIG", description = "The configuration: .json or .properties.")
  private Path file;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "3",
      description = "At most so many records of each query (${DEFAULT-VALUE}).")
  private int most;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = {
        "For a sink: the record, a JSON object with topic, key, value and headers. Without it one is"
            + " made up for each topic."
      })
  private Optional<Path> record;

  TryCommand(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public Integer call() throws IOException {
    if (most < 0) {
      throw new ParameterException(spec.commandLine(), "--records: expected 0 or more");
    }
    try {
      Map<String, String> properties = ConnectorFile.read(file);
      return isSink(properties) ? sink(properties) : source(properties);
    } catch (JsonProcessingException e) {
      return failed("The record is no JSON: " + e.getOriginalMessage() + ".");
    } catch (ConfigException | ConnectException e) {
      return failed(e.getMessage());
    }
  }

  private static boolean isSink(Map<String, String> properties) {
    String type = properties.getOrDefault("connector.class", "");
    if (type.endsWith("ConnectWiseSourceConnector") || type.endsWith("ConnectWiseSinkConnector")) {
      return type.endsWith("ConnectWiseSinkConnector");
    }
    throw new ConfigException(
        "connector.class: is no connector of this plugin; give ConnectWiseSourceConnector or"
            + " ConnectWiseSinkConnector.");
  }

  private int source(Map<String, String> properties) {
    check(new ConnectWiseSourceConnector().validate(properties));
    for (FirstPage page : FirstPages.of(properties, catalog, TIME)) {
      page.records().stream().limit(most).forEach(each -> print(record(each)));
      note(
          "Query %s: %d of the %d records that are read first%s."
              .formatted(
                  page.query(),
                  Math.min(most, page.records().size()),
                  page.records().size(),
                  page.whole() ? ", and there are no others" : ""));
    }
    return CommandLine.ExitCode.OK;
  }

  private int sink(Map<String, String> properties) throws IOException {
    Map<String, String> dry = DryRun.of(properties);
    check(new ConnectWiseSinkConnector().validate(dry));
    int code = CommandLine.ExitCode.OK;
    for (SinkRecord each : samples(dry)) {
      ObjectNode tried = JSON.createObjectNode();
      tried.set("record", record(each));
      try {
        List<Reply> replies = DryRun.of(each, dry, catalog, TIME);
        replies.forEach(reply -> tried.withArray("calls").add(call(reply)));
        if (replies.isEmpty()) {
          tried.put("ignored", true);
        }
      } catch (ConnectException e) {
        tried.put("rejected", e.getMessage());
        code = FAILED;
      }
      print(tried);
    }
    return code;
  }

  private List<SinkRecord> samples(Map<String, String> properties) throws IOException {
    List<Route> routes = new SinkConfig(properties, catalog).routes();
    List<String> topics =
        Stream.concat(
                Arrays.stream(properties.getOrDefault("topics", "").split(",")),
                routes.stream().flatMap(route -> route.topics().names().stream()))
            .map(String::strip)
            .filter(topic -> !topic.isEmpty())
            .distinct()
            .toList();
    if (record.isPresent()) {
      return List.of(SampleRecord.read(record.get(), topics.stream().findFirst()));
    }
    if (topics.isEmpty()) {
      throw new ConfigException("topics: names none, so give a record with --record.");
    }
    return topics.stream()
        .flatMap(
            topic ->
                routes.stream()
                    .filter(route -> route.topics().match(topic))
                    .limit(1)
                    .map(route -> SampleRecord.of(topic, route, properties, catalog)))
        .toList();
  }

  private static void check(Config config) {
    List<String> problems =
        config.configValues().stream()
            .flatMap(value -> value.errorMessages().stream())
            .distinct()
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigException(String.join(System.lineSeparator(), problems));
    }
  }

  /** A schema is told with the first record that has it. */
  private ObjectNode record(ConnectRecord<?> record) {
    ObjectNode node = JSON.createObjectNode().put("topic", record.topic());
    node.set("key", SchemaText.value(record.key()));
    node.set("value", SchemaText.value(record.value()));
    ObjectNode headers = node.putObject("headers");
    record.headers().forEach(it -> headers.set(it.key(), SchemaText.value(it.value())));
    Optional.ofNullable(record.timestamp()).ifPresent(at -> node.put("timestamp", at));
    schema(node, "keySchema", record.keySchema());
    schema(node, "valueSchema", record.valueSchema());
    return node;
  }

  private void schema(ObjectNode node, String name, Schema schema) {
    if (schema != null && shown.add(schema)) {
      node.set(name, SchemaText.json(schema));
    }
  }

  private static ObjectNode call(Reply reply) {
    Call call = reply.call();
    ObjectNode node = JSON.createObjectNode();
    if (reply.status().isPresent()) {
      node.put("nothingToSend", "the item is as it is asked to be, or there is none");
    }
    node.put("operation", call.operation().id());
    node.put("method", call.operation().method().name());
    node.put("path", call.operation().path().expand(call.path()));
    if (!call.query().isEmpty()) {
      call.query().forEach(node.putObject("query")::put);
    }
    call.body().ifPresent(body -> node.set("body", body));
    return node;
  }

  private void print(JsonNode node) {
    spec.commandLine().getOut().print(SchemaText.pretty(node));
    spec.commandLine().getOut().flush();
  }

  private void note(String text) {
    spec.commandLine().getErr().println(text);
  }

  private int failed(String message) {
    note(message);
    return FAILED;
  }
}
