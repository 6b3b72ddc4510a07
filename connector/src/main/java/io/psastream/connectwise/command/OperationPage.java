package io.psastream.connectwise.command;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.catalog.ItemSchema.Field;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.Parameter;
import io.psastream.connectwise.catalog.Operation.Siblings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What there is to know of an operation, as text. */
final class OperationPage {

  private final Catalog catalog;

  OperationPage(Catalog catalog) {
    this.catalog = catalog;
  }

  /** OperationId, method and path. */
  static String line(Operation operation) {
    return "%s  %s %s".formatted(operation.id(), operation.method(), operation.path());
  }

  /** All of it. */
  String of(Operation operation) {
    StringBuilder page = new StringBuilder();
    page.append(operation.id()).append('\n');
    page.append(operation.method()).append(' ').append(operation.path()).append('\n');
    parameters(page, "Path parameters", operation.pathParameters());
    parameters(page, "Query parameters", options(operation));
    if (operation.body() != BodyKind.NONE) {
      page.append("\nBody: ").append(body(operation)).append('\n');
      operation.bodyItem().ifPresent(name -> fields(page, name, true));
    }
    page.append("\nAnswer: ").append(answer(operation)).append('\n');
    operation.item().ifPresent(name -> fields(page, name, false));
    siblings(page, operation);
    return page.toString();
  }

  /** The query parameters that a user may give; paging is the connector's own business. */
  static List<Parameter> options(Operation operation) {
    return operation.queryParameters().stream()
        .filter(parameter -> !Operation.PAGING.contains(parameter.name()))
        .toList();
  }

  static String described(Parameter parameter) {
    return parameter.name()
        + " ("
        + parameter.type()
        + (parameter.required() ? ", required)" : ")");
  }

  static String body(Operation operation) {
    String item = operation.bodyItem().orElse("object");
    return switch (operation.body()) {
      case NONE -> "none";
      case OBJECT -> item;
      case ARRAY -> "array of " + item;
      case JSON_PATCH -> "patch operations, or an object with the fields to replace";
      case MULTIPART -> "a file and form fields";
    };
  }

  static String answer(Operation operation) {
    String item = operation.item().orElse("object");
    return switch (operation.answer()) {
      case LIST -> "list of " + item;
      case REPORT -> "report (columns and rows)";
      case SINGLE -> item;
      case COUNT -> "count";
      case BLANK -> "nothing";
      case BINARY -> "file";
      case HTML -> "web page";
    };
  }

  private static void parameters(StringBuilder page, String title, List<Parameter> parameters) {
    if (!parameters.isEmpty()) {
      page.append('\n').append(title).append(":\n");
      parameters.forEach(parameter -> page.append("  ").append(described(parameter)).append('\n'));
    }
  }

  private void fields(StringBuilder page, String name, boolean written) {
    List<Field> fields = catalog.schema(name).map(ItemSchema::fields).orElse(List.of());
    for (Field field : fields) {
      page.append("  ").append(field.name()).append("  ").append(field.type());
      page.append(field.array() ? "[]" : "");
      page.append(written && field.required() ? "  required" : "").append('\n');
    }
  }

  /** The other operations of the resource. */
  private static void siblings(StringBuilder page, Operation operation) {
    Siblings all = operation.siblings();
    List<String> others =
        Stream.of(
                all.list(),
                all.count(),
                all.get(),
                all.create(),
                all.replace(),
                all.patch(),
                all.delete())
            .flatMap(Optional::stream)
            .filter(
                id -> !id.toLowerCase(Locale.ROOT).equals(operation.id().toLowerCase(Locale.ROOT)))
            .toList();
    if (!others.isEmpty()) {
      page.append("\nSame resource: ").append(String.join(", ", others)).append('\n');
    }
  }
}
