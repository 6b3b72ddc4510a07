package io.psastream.connectwise.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.catalog.ItemSchema.Field;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.Operation.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A configuration for one operation: what a user would otherwise gather from the reference, with
 * {@code <…>} where only he knows. A test holds the one of every operation against the rules of the
 * connectors.
 *
 * @param name the connector's name
 * @param lines its keys, in reading order
 */
record ConnectorTemplate(String name, List<Line> lines) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How a template is written. */
  enum Format {
    JSON,
    PROPERTIES
  }

  /**
   * A key.
   *
   * @param comment what to know of it; empty for nothing. Never with a <code>${</code>, which a
   *     worker would try to resolve.
   */
  record Line(String key, String value, String comment) {}

  static ConnectorTemplate of(Operation operation, Catalog catalog) {
    List<Line> lines = new ArrayList<>();
    boolean reads = operation.method() == HttpMethod.GET;
    String role = reads ? "source.ConnectWiseSourceConnector" : "sink.ConnectWiseSinkConnector";
    lines.add(
        new Line(
            "connector.class",
            "io.psastream.connectwise." + role,
            operation.id() + ": " + operation.method() + " " + operation.path()));
    lines.add(new Line("tasks.max", "1", ""));
    connection(lines);
    if (reads) {
      source(lines, operation);
    } else {
      sink(lines, operation, catalog);
    }
    converters(lines, isFile(operation));
    return new ConnectorTemplate("connectwise-" + operation.id(), List.copyOf(lines));
  }

  private static void connection(List<Line> lines) {
    lines.add(
        new Line(
            "connectwise.site.url",
            "https://na.myconnectwise.net",
            "Your site; na, eu, au and staging are ConnectWise's own"));
    lines.add(
        new Line(
            "connectwise.username",
            "${env:CONNECTWISE_USERNAME}",
            "company+publicKey; taken from the worker's environment, if the worker has"
                + " config.providers=env and config.providers.env.class="
                + "org.apache.kafka.common.config.provider.EnvVarConfigProvider"));
    lines.add(new Line("connectwise.password", "${env:CONNECTWISE_PASSWORD}", "The private key"));
    lines.add(
        new Line(
            "connectwise.client.id",
            "${env:CONNECTWISE_CLIENT_ID}",
            "From https://developer.connectwise.com/ClientID"));
  }

  private static void source(List<Line> lines, Operation operation) {
    lines.add(new Line("operation.id", operation.id(), "Gives " + OperationPage.answer(operation)));
    ObjectNode options = JSON.createObjectNode();
    operation.pathParameters().forEach(it -> options.put(it.name(), placeholder(it)));
    required(operation).forEach(it -> options.put(it.name(), placeholder(it)));
    lines.add(new Line("options", options.toString(), optional(operation)));
    lines.add(new Line("topic", "psa." + operation.id(), ""));
    topicCreation(lines, operation);
    lines.add(new Line("schedule.interval.ms", "60000", "Or schedule.cron"));
    if (!isFile(operation)) {
      lines.add(
          new Line(
              "schema.mode",
              "none",
              "For JSON; typed for an Avro, Protobuf or JSON Schema converter"));
    }
  }

  private static boolean isFile(Operation operation) {
    return operation.method() == HttpMethod.GET
        && (operation.answer() == AnswerKind.BINARY || operation.answer() == AnswerKind.HTML);
  }

  private static void topicCreation(List<Line> lines, Operation operation) {
    boolean keyed = operation.traits().id() || operation.answer() == AnswerKind.BINARY;
    lines.add(
        new Line(
            "topic.creation.default.cleanup.policy",
            keyed ? "compact" : "delete",
            keyed
                ? "Keeps the newest record of each item for good; delete would take away what is older"
                    + " than retention.ms"
                : "These records have no key, which a compacted topic refuses"));
    lines.add(new Line("topic.creation.default.partitions", "6", ""));
    lines.add(
        new Line("topic.creation.default.replication.factor", "-1", "As the broker is set up"));
  }

  private static void sink(List<Line> lines, Operation operation, Catalog catalog) {
    boolean deletes = operation.method() == HttpMethod.DELETE;
    lines.add(new Line("topics", "<topic>", ""));
    lines.add(
        new Line(
            deletes ? "delete.operation.id" : "mutate.operation.id",
            operation.id(),
            deletes
                ? "Called for records without a value; those with a value are rejected"
                : "Called for records with a value; gives " + OperationPage.answer(operation)));
    ObjectNode options = JSON.createObjectNode();
    List<Parameter> path = operation.pathParameters();
    path.forEach(it -> options.put(it.name(), path.size() == 1 ? "${key}" : key(it)));
    required(operation).forEach(it -> options.put(it.name(), key(it)));
    lines.add(new Line("options", options.toString(), optional(operation)));
    if (!deletes) {
      lines.add(new Line("items", "${value}", items(operation, catalog)));
    }
    lines.add(new Line("errors.tolerance", "all", "Rejected records go to the dead letter topic"));
    lines.add(new Line("errors.deadletterqueue.topic.name", "psa.dead.letters", ""));
    lines.add(
        new Line(
            "errors.deadletterqueue.topic.replication.factor", "-1", "As the broker is set up"));
    lines.add(new Line("errors.deadletterqueue.context.headers.enable", "true", ""));
  }

  private static String key(Parameter parameter) {
    return "${key." + parameter.name() + "}";
  }

  private static void converters(List<Line> lines, boolean files) {
    json(lines, "key");
    if (files) {
      lines.add(
          new Line(
              "value.converter",
              "org.apache.kafka.connect.converters.ByteArrayConverter",
              "Files"));
    } else {
      json(lines, "value");
    }
  }

  private static void json(List<Line> lines, String side) {
    lines.add(new Line(side + ".converter", "org.apache.kafka.connect.json.JsonConverter", ""));
    lines.add(new Line(side + ".converter.schemas.enable", "false", ""));
  }

  private static List<Parameter> required(Operation operation) {
    return OperationPage.options(operation).stream().filter(Parameter::required).toList();
  }

  private static String placeholder(Parameter parameter) {
    return "<" + parameter.name() + ": " + parameter.type() + ">";
  }

  private static String optional(Operation operation) {
    boolean paged = operation.answer().paged() && operation.traits().id();
    String optional =
        OperationPage.options(operation).stream()
            .filter(parameter -> !parameter.required())
            .filter(parameter -> !(paged && parameter.name().equals("orderBy")))
            .map(OperationPage::described)
            .collect(Collectors.joining(", "));
    return optional.isEmpty() ? "" : "Optional: " + optional;
  }

  private static String items(Operation operation, Catalog catalog) {
    String required =
        operation.bodyItem().flatMap(catalog::schema).map(ItemSchema::fields).stream()
            .flatMap(List::stream)
            .filter(Field::required)
            .map(field -> field.name() + " (" + field.type() + (field.array() ? "[])" : ")"))
            .collect(Collectors.joining(", "));
    return OperationPage.body(operation) + (required.isEmpty() ? "" : "; required: " + required);
  }

  /** The whole of it as text. */
  String text(Format format, boolean commented) {
    return format == Format.JSON ? json(commented) : properties(commented);
  }

  private String json(boolean commented) {
    ObjectNode connector = JSON.createObjectNode().put("name", name);
    ObjectNode config = connector.putObject("config");
    for (Line line : lines) {
      comment(line, commented).ifPresent(text -> config.put("// " + line.key(), text));
      config.put(line.key(), line.value());
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(connector) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of texts cannot be written", e);
    }
  }

  private String properties(boolean commented) {
    StringBuilder text = new StringBuilder("name=" + name + "\n");
    for (Line line : lines) {
      comment(line, commented).ifPresent(note -> text.append("# ").append(note).append('\n'));
      text.append(line.key()).append('=').append(line.value()).append('\n');
    }
    return text.toString();
  }

  private static Optional<String> comment(Line line, boolean commented) {
    return Optional.of(line.comment()).filter(text -> commented && !text.isEmpty());
  }
}
