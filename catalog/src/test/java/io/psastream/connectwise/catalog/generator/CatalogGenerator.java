package io.psastream.connectwise.catalog.generator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Derives the data of the catalogue from an OpenAPI file and the overlay.
 *
 * <p>The same input gives the same bytes.
 */
public final class CatalogGenerator {

  static final String OPERATIONS = "operations.tsv";
  static final String SCHEMAS = "schemas.txt";

  /** What nearly every GET takes, so that it is written once. */
  private static final List<String> LIST_QUERY =
      List.of(
          "conditions:string",
          "childConditions:string",
          "customFieldConditions:string",
          "orderBy:string",
          "fields:string",
          "page:integer",
          "pageSize:integer",
          "pageId:integer");

  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

  /** Answers that the catalogue knows; the overlay decides what every other one is. */
  private static final List<String> ANSWERS =
      List.of("list", "report", "single", "count", "blank", "binary", "html");

  /** The types of ids that have an order. */
  private static final List<String> NUMBERS = List.of("integer", "long");

  private CatalogGenerator() {}

  /** Takes the OpenAPI file and the folder to write the two files into. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("Usage: <OpenAPI file> <output folder>");
    }
    for (Map.Entry<String, String> file : generate(Path.of(args[0]), overlay()).entrySet()) {
      Files.writeString(Path.of(args[1], file.getKey()), file.getValue());
    }
  }

  /** The contents of both files, by their names. */
  static Map<String, String> generate(Path openApi, Overlay overlay) throws IOException {
    OpenApi spec = OpenApi.read(openApi);
    return Map.of(OPERATIONS, operations(spec, overlay), SCHEMAS, schemas(spec));
  }

  private static Overlay overlay() throws IOException {
    try (InputStream in = CatalogGenerator.class.getResourceAsStream("overlay.txt")) {
      return Overlay.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }

  private static String operations(OpenApi spec, Overlay overlay) {
    Stream<String> head =
        Stream.of(
            "# Generated, see README.md: correct overlay.txt, not this file.",
            "# A path and the types of its parameters; below, its operations:",
            "# method\tid\tquery\tbody\tanswer\titem traits",
            "@list\t" + String.join(" ", LIST_QUERY));
    Map<String, List<SpecOperation>> byPath = new TreeMap<>();
    for (SpecOperation operation : overlay.apply(spec.operations())) {
      byPath.computeIfAbsent(operation.path(), path -> new ArrayList<>()).add(operation);
    }
    return text(
        Stream.concat(
            head, byPath.values().stream().flatMap(operations -> path(operations, spec))));
  }

  private static Stream<String> path(List<SpecOperation> operations, OpenApi spec) {
    SpecOperation any = operations.get(0);
    String types = any.pathTypes().stream().map(type -> "\t" + type).collect(Collectors.joining());
    Stream<String> rows =
        operations.stream()
            .sorted(Comparator.comparing(operation -> METHODS.indexOf(operation.method())))
            .map(operation -> row(operation, spec.schemas()));
    return Stream.concat(Stream.of(any.path() + types), rows);
  }

  private static String row(SpecOperation operation, Map<String, List<String>> schemas) {
    if (!ANSWERS.contains(operation.answer())) {
      throw new IllegalArgumentException(
          operation.id() + " answers \"" + operation.answer() + "\": decide in overlay.txt");
    }
    return String.join(
        "\t",
        " " + operation.method(),
        operation.id(),
        words(query(operation.query())),
        operation.body() + colon(operation.bodyItem()),
        operation.answer() + colon(operation.item()),
        words(traits(schemas.getOrDefault(operation.item(), List.of()))));
  }

  private static String words(List<String> words) {
    return words.isEmpty() ? "-" : String.join(" ", words);
  }

  private static String colon(String name) {
    return name.isEmpty() ? "" : ":" + name;
  }

  private static List<String> query(List<String> query) {
    int set = LIST_QUERY.size();
    return query.size() >= set && query.subList(0, set).equals(LIST_QUERY)
        ? Stream.concat(Stream.of("list"), query.stream().skip(set)).toList()
        : query;
  }

  /** An id that is no number is none: a list cannot be read by {@code id > last}. */
  private static List<String> traits(List<String> fields) {
    List<String> names =
        fields.stream()
            .map(field -> field.split(" ", -1))
            .filter(field -> !field[0].equals("id") || NUMBERS.contains(field[1]))
            .map(field -> field[0])
            .toList();
    return Stream.of("id", "_info", "customFields")
        .filter(names::contains)
        .map(name -> name.replace("_", ""))
        .toList();
  }

  private static String schemas(OpenApi spec) {
    return text(
        Stream.concat(
            Stream.of(
                "# Generated, see README.md. A schema, and below it its fields: name, type, required."),
            spec.schemas().entrySet().stream()
                .flatMap(
                    schema ->
                        Stream.concat(
                            Stream.of(schema.getKey()),
                            schema.getValue().stream().map(field -> " " + field)))));
  }

  private static String text(Stream<String> lines) {
    return lines.collect(Collectors.joining("\n", "", "\n"));
  }
}
