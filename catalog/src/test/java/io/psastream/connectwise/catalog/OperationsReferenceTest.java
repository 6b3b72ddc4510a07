package io.psastream.connectwise.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/operations/} equal to the catalogue. After a change of the catalogue, {@code
 * ./mvnw test -pl catalog -Dtest=OperationsReferenceTest -Dreference.write=true} writes it anew.
 */
class OperationsReferenceTest {

  private static final Path FOLDER = Path.of("..", "docs", "operations");

  /** What nearly every GET takes. */
  private static final Set<String> USUAL =
      Set.of("conditions", "childConditions", "customFieldConditions", "orderBy", "fields");

  private final Map<String, List<Operation>> modules =
      Catalog.load().operations().stream()
          .collect(Collectors.groupingBy(Operation::module, TreeMap::new, Collectors.toList()));

  @Test
  void thePagesAreCurrent() throws IOException {
    Map<Path, String> pages = new TreeMap<>();
    pages.put(FOLDER.resolve("README.md"), index());
    modules.forEach((module, all) -> pages.put(FOLDER.resolve(module + ".md"), page(module, all)));
    if (Boolean.getBoolean("reference.write")) {
      Files.createDirectories(FOLDER);
      for (Map.Entry<Path, String> page : pages.entrySet()) {
        Files.writeString(page.getKey(), page.getValue());
      }
    }
    for (Map.Entry<Path, String> page : pages.entrySet()) {
      assertThat(page.getKey()).content().isEqualTo(page.getValue());
    }
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files).containsExactlyInAnyOrderElementsOf(pages.keySet());
    }
  }

  private String index() {
    StringBuilder page = new StringBuilder();
    page.append("# Operations\n\n");
    page.append(
        """
        What the connectors can call, by the first segment of the path. `bin/connectwise-operations` shows the same and
        more (the fields of items), finds operations by words, and writes a configuration for each.

        Of the parameters, "usual" stands for `conditions`, `childConditions`, `customFieldConditions`, `orderBy` and
        `fields`, and a star for one that must be given. Those of paging are the connector's own business and left out.

        Generated from the catalogue; a test keeps it current.

        | module | operations |
        |---|---:|
        """);
    modules.forEach(
        (module, all) ->
            page.append("| [%s](%s.md) | %d |\n".formatted(module, module, all.size())));
    return page.toString();
  }

  private static String page(String module, List<Operation> operations) {
    StringBuilder page = new StringBuilder();
    page.append("# Operations of ").append(module).append("\n\n");
    page.append("Generated from the catalogue; [README.md](README.md) explains the columns.\n\n");
    page.append("| OperationId | call | parameters | body | answer |\n|---|---|---|---|---|\n");
    for (Operation operation : operations) {
      page.append("| `").append(operation.id()).append("` | ");
      page.append(operation.method()).append(' ').append(operation.path()).append(" | ");
      page.append(parameters(operation)).append(" | ");
      page.append(kind(operation.body(), operation.bodyItem().orElse(""))).append(" | ");
      page.append(kind(operation.answer(), operation.item().orElse(""))).append(" |\n");
    }
    return page.toString();
  }

  private static String parameters(Operation operation) {
    Set<String> given =
        operation.queryParameters().stream().map(Parameter::name).collect(Collectors.toSet());
    boolean usual = given.containsAll(USUAL);
    Stream<String> own =
        Stream.concat(
                operation.pathParameters().stream(),
                operation.queryParameters().stream()
                    .filter(parameter -> !Operation.PAGING.contains(parameter.name()))
                    .filter(parameter -> !usual || !USUAL.contains(parameter.name())))
            .map(
                parameter ->
                    parameter.name() + ": " + parameter.type() + (parameter.required() ? "*" : ""));
    return Stream.concat(own, usual ? Stream.of("usual") : Stream.empty())
        .collect(Collectors.joining(", "));
  }

  private static String kind(Enum<?> kind, String item) {
    if (kind == BodyKind.NONE || kind == AnswerKind.BLANK) {
      return "";
    }
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return item.isEmpty() ? name : name + " " + item;
  }
}
