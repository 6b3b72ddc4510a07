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
 * Reads {@code operations.tsv}: one operation a line, columns as its first line says, {@code -} for
 * nothing; a line {@code @name} defines a set of query parameters that the others refer to. What
 * many operations have in common (parameters, traits, names of items) is one object in memory.
 */
final class OperationsReader {

  private static final String NOTHING = "-";

  private final Resources resources = new Resources();
  private final Map<String, List<Parameter>> querySets = new HashMap<>();
  private final Map<String, List<Parameter>> queries = new HashMap<>();
  private final Map<String, List<Parameter>> pathParameters = new HashMap<>();
  private final Map<String, ItemTraits> traits = new HashMap<>();
  private final Map<String, Optional<String>> items = new HashMap<>();

  List<Operation> read(List<String> lines) {
    List<String[]> rows = new ArrayList<>(lines.size());
    for (String line : lines) {
      String[] columns = line.split("\t", -1);
      if (line.startsWith("@")) {
        querySets.put(columns[0].substring(1), query(columns[1]));
      } else {
        rows.add(columns);
        resources.add(columns[2], method(columns[1]), columns[0], answer(columns[6]));
      }
    }
    return rows.stream().map(this::operation).toList();
  }

  /** The query parameters that the file defines under this name. */
  List<Parameter> querySet(String name) {
    return querySets.get(name);
  }

  private Operation operation(String[] columns) {
    PathTemplate path = PathTemplate.parse(columns[0]);
    return new Operation(
        columns[2],
        method(columns[1]),
        path,
        pathParameters(path, columns[3]),
        queries.computeIfAbsent(columns[4], this::query),
        BodyKind.valueOf(kind(columns[5])),
        item(columns[5]),
        answer(columns[6]),
        item(columns[6]),
        traits.computeIfAbsent(columns[7], OperationsReader::traits),
        resources.siblings(columns[0]));
  }

  private List<Parameter> pathParameters(PathTemplate path, String types) {
    return pathParameters.computeIfAbsent(
        path.parameters() + types,
        key -> {
          String[] type = types.split(" ", -1);
          List<Parameter> parameters = new ArrayList<>();
          for (String name : path.parameters()) {
            parameters.add(new Parameter(name, type[parameters.size()], true));
          }
          return List.copyOf(parameters);
        });
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

  private static HttpMethod method(String text) {
    return HttpMethod.valueOf(text);
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
