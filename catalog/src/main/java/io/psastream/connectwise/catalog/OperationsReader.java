package io.psastream.connectwise.catalog;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.Operation.ItemTraits;
import io.psastream.connectwise.catalog.Operation.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code operations.tsv}: a line for each path with the types of its parameters, below it,
 * indented, a line for each of its operations, {@code -} for nothing; a line {@code @name} defines
 * a set of query parameters that operations refer to.
 *
 * <p>What operations have in common (path, parameters, traits, names of items) is one object in
 * memory.
 */
final class OperationsReader {

  private static final String NOTHING = "-";

  private final Resources resources = new Resources();
  private final List<Row> rows = new ArrayList<>(4096);
  private final Map<String, List<Parameter>> querySets = new HashMap<>();
  private final Map<String, List<Parameter>> queries = new HashMap<>();
  private final Map<String, ItemTraits> traits = new HashMap<>();
  private final Map<String, Optional<String>> items = new HashMap<>();

  /** A path with what all of its operations share. */
  private record PathLine(PathTemplate path, List<Parameter> parameters, Place place) {}

  /** An operation: method, id, query, body, answer and traits, as they are written. */
  private record Row(PathLine path, List<String> columns) {}

  List<Operation> read(List<String> lines) {
    PathLine path = null;
    for (String line : lines) {
      List<String> columns = List.of(line.split("\t", -1));
      switch (line.charAt(0)) {
        case '@' -> querySets.put(columns.get(0).substring(1), query(columns.get(1)));
        case '/' -> path = path(columns);
        default -> rows.add(row(path, columns));
      }
    }
    List<Operation> operations = new ArrayList<>(rows.size());
    for (Row row : rows) {
      operations.add(operation(row.path(), row.columns()));
    }
    return List.copyOf(operations);
  }

  /** The query parameters that the file defines under this name. */
  List<Parameter> querySet(String name) {
    return querySets.get(name);
  }

  private static PathLine path(List<String> columns) {
    PathTemplate path = PathTemplate.parse(columns.get(0));
    List<Parameter> parameters = new ArrayList<>();
    for (String name : path.parameters()) {
      parameters.add(new Parameter(name, columns.get(1 + parameters.size()), true));
    }
    return new PathLine(path, List.copyOf(parameters), Place.of(columns.get(0)));
  }

  private Row row(PathLine path, List<String> columns) {
    resources.add(columns.get(1), method(columns.get(0)), path.place(), answer(columns.get(4)));
    return new Row(path, columns);
  }

  private Operation operation(PathLine line, List<String> columns) {
    return new Operation(
        columns.get(1),
        method(columns.get(0)),
        line.path(),
        line.parameters(),
        queries.computeIfAbsent(columns.get(2), this::query),
        BodyKind.valueOf(kind(columns.get(3))),
        item(columns.get(3)),
        answer(columns.get(4)),
        item(columns.get(4)),
        traits.computeIfAbsent(columns.get(5), OperationsReader::traits),
        resources.siblings(line.place()));
  }

  /** Parameters such as {@code list id:integer flag:boolean!}: a set, and more of its own. */
  private List<Parameter> query(String text) {
    List<Parameter> parameters = new ArrayList<>();
    for (String word : words(text)) {
      int colon = word.indexOf(':');
      if (colon < 0) {
        parameters.addAll(querySet(word));
      } else {
        boolean required = word.endsWith("!");
        String type = word.substring(colon + 1, word.length() - (required ? 1 : 0));
        parameters.add(new Parameter(word.substring(0, colon), type, required));
      }
    }
    return List.copyOf(parameters);
  }

  private static ItemTraits traits(String text) {
    List<String> words = words(text);
    return new ItemTraits(
        words.contains("id"), words.contains("info"), words.contains("customFields"));
  }

  private static List<String> words(String text) {
    return text.equals(NOTHING) ? List.of() : List.of(text.split(" ", -1));
  }

  private static HttpMethod method(String indented) {
    return HttpMethod.valueOf(indented.substring(1));
  }

  private static AnswerKind answer(String text) {
    return AnswerKind.valueOf(kind(text));
  }

  /** The kind in {@code list:Ticket}, named as its constant. */
  private static String kind(String text) {
    int colon = text.indexOf(':');
    return (colon < 0 ? text : text.substring(0, colon)).toUpperCase(Locale.ROOT);
  }

  /** The item in {@code list:Ticket}. */
  private Optional<String> item(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : items.computeIfAbsent(text.substring(colon + 1), Optional::of);
  }
}
