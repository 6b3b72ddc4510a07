package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.paging.PageReader.Strategy;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.ConnectionKeys;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.config.Validators;
import io.psastream.connectwise.source.config.Query.Mode;
import io.psastream.connectwise.source.config.Query.Reading;
import io.psastream.connectwise.source.config.Query.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes queries of parsed values and finds what does not fit together. */
final class QueryParser {

  /** Where the vendor asks for POST …/search instead (api.md section 3, "URL length"). */
  private static final int LONGEST_QUERY = 10_000;

  private final Catalog catalog;
  private final Map<Object, String> known = new HashMap<>();

  QueryParser(Catalog catalog) {
    this.catalog = catalog;
  }

  /** The query of an alias; empty when its operation is unknown. */
  Optional<Query> parse(AliasValues values) {
    if (values.text(QueryKeys.OPERATION_ID).isEmpty()) {
      values.problem(
          QueryKeys.OPERATION_ID,
          "is missing; name the operation to run, such as getServiceTickets");
    }
    return values
        .operation(QueryKeys.OPERATION_ID, catalog, QueryParser::problem)
        .map(operation -> query(values, operation));
  }

  private static Optional<String> problem(Operation operation) {
    return operation.method() == HttpMethod.GET
        ? Optional.empty()
        : Optional.of(
            "is a "
                + operation.method()
                + "; a source runs GET operations, writes belong into the sink connector");
  }

  private Query query(AliasValues values, Operation operation) {
    Options options = Options.parse(values, operation);
    Reading reading = reading(values, operation);
    checkOptions(values, options, reading);
    String other = known.putIfAbsent(List.of(operation.id(), options), values.alias());
    if (other != null) {
      values.problem(
          QueryKeys.OPERATION_ID,
          "reads the same as query " + other + "; their offsets would be one");
    }
    PassParser passes = new PassParser(values, catalog);
    checkParent(values, options, passes.parent());
    return new Query(
        values.alias(),
        operation,
        options,
        topic(values, operation),
        passes.schedule(),
        reading,
        values.list(QueryKeys.KEY_FIELDS),
        passes.refresh(reading.mode()),
        passes.deletes(operation),
        passes.parent(),
        ValueFormat.of(values, operation, options, catalog));
  }

  private static void checkParent(AliasValues values, Options options, Optional<String> parent) {
    boolean refers =
        Stream.of(options.path(), options.query())
            .flatMap(parameters -> parameters.values().stream())
            .anyMatch(value -> value.contains("${parent."));
    if (refers && parent.isEmpty()) {
      values.problem(Options.KEY, "refers to ${parent.…}, but the query has no " + PassKeys.PARENT);
    }
  }

  private static void checkOptions(AliasValues values, Options options, Reading reading) {
    for (String name : options.query().keySet()) {
      if (Operation.PAGING.contains(name)) {
        values.problem(
            Options.KEY,
            "leave out \"" + name + "\": paging is the connector's own business (see page.size)");
      } else if (name.equals("orderBy") && reading.strategy() != Strategy.PAGE) {
        values.problem(
            Options.KEY, "leave out \"orderBy\": the connector reads in the order of ids");
      }
    }
    int length = options.query().values().stream().mapToInt(String::length).sum();
    if (length > LONGEST_QUERY) {
      values.problem(
          Options.KEY,
          "the parameters have "
              + length
              + " characters, more than the "
              + LONGEST_QUERY
              + " that a URL can carry; split the query");
    }
  }

  private static Reading reading(AliasValues values, Operation operation) {
    boolean byId = operation.answer().paged() && operation.traits().id();
    Strategy strategy = strategy(values, operation, byId);
    return new Reading(
        mode(values, operation, byId),
        strategy,
        values.number(QueryKeys.PAGE_SIZE).intValue(),
        values.duration(QueryKeys.OVERLAP),
        values.duration(QueryKeys.SAFETY_LAG),
        values.text(QueryKeys.START_AT).map(QueryParser::start).orElse(Start.BEGINNING),
        Set.copyOf(values.list(QueryKeys.SKIP_UPDATED_BY)));
  }

  private static Start start(String text) {
    return text.startsWith("P")
        ? new Start(Optional.empty(), Optional.of(Duration.parse(text)))
        : new Start(Optional.of(Instant.parse(text)), Optional.empty());
  }

  private static Mode mode(AliasValues values, Operation operation, boolean byId) {
    if (values.is(QueryKeys.MODE, "auto")) {
      return byId && operation.traits().info() ? Mode.INCREMENTAL : Mode.SNAPSHOT;
    }
    Mode mode = values.choice(Mode.class, QueryKeys.MODE);
    if (mode == Mode.INCREMENTAL && !byId) {
      values.problem(
          QueryKeys.MODE,
          operation.id() + " has no items with an id to find changes by; use snapshot");
    }
    return mode;
  }

  private static Strategy strategy(AliasValues values, Operation operation, boolean byId) {
    if (values.is(QueryKeys.PAGING, "auto")) {
      return byId ? Strategy.KEYSET : Strategy.PAGE;
    }
    Strategy strategy = values.choice(Strategy.class, QueryKeys.PAGING);
    if (strategy != Strategy.PAGE && !byId) {
      values.problem(
          QueryKeys.PAGING, operation.id() + " has no items with an id to page by; use page");
    }
    return strategy;
  }

  private static String topic(AliasValues values, Operation operation) {
    return values.text(QueryKeys.TOPIC).orElseGet(() -> named(values, operation));
  }

  /** The topic of a query that has none of its own. */
  private static String named(AliasValues values, Operation operation) {
    String username = String.valueOf(values.all().get(ConnectionKeys.USERNAME));
    String name =
        String.valueOf(values.all().get(SourceConfig.TOPIC_PATTERN))
            .replace("${resource}", resource(operation))
            .replace("${operation}", operation.id())
            .replace("${company}", username.replaceFirst("\\+.*", ""));
    if (!Validators.TOPIC_TEXT.matcher(name).matches()) {
      values
          .problems()
          .add(
              SourceConfig.TOPIC_PATTERN,
              "gives \""
                  + name
                  + "\", which is no legal topic name; known variables are"
                  + " ${resource}, ${operation} and ${company}");
    }
    return name;
  }

  /** The path of the operation as a name: {@code service.tickets.notes}. */
  private static String resource(Operation operation) {
    return Arrays.stream(operation.path().toString().split("/"))
        .filter(segment -> !segment.isEmpty() && !segment.startsWith("{"))
        .collect(Collectors.joining("."));
  }
}
