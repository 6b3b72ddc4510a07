package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.UnknownOperationException;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.config.ConnectionKeys;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.config.Validators;
import io.psastream.connectwise.source.config.Query.Mode;
import io.psastream.connectwise.source.config.Query.Reading;
import io.psastream.connectwise.source.config.Query.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes queries of parsed values and finds what does not fit together. */
final class QueryParser {

  /** Where the vendor asks for POST …/search instead (api.md section 3, "URL length"). */
  private static final int LONGEST_QUERY = 10_000;

  private final Map<String, ?> values;
  private final Catalog catalog;
  private final Problems problems;
  private final Map<Object, String> known = new HashMap<>();

  QueryParser(Map<String, ?> values, Catalog catalog, Problems problems) {
    this.values = values;
    this.catalog = catalog;
    this.problems = problems;
  }

  /** The query of an alias; empty when its operation is unknown. */
  Optional<Query> parse(String alias) {
    String key = SourceConfig.ALIASES.key(alias, QueryKeys.OPERATION_ID);
    Optional<Operation> operation = operation(key, text(alias, QueryKeys.OPERATION_ID));
    return operation.map(found -> query(alias, found));
  }

  private Optional<Operation> operation(String key, String id) {
    if (id.isBlank()) {
      problems.add(key, "is missing; name the operation to run, such as getServiceTickets");
      return Optional.empty();
    }
    try {
      Operation operation = catalog.operation(id);
      if (operation.method() != HttpMethod.GET) {
        problems.add(
            key,
            operation.id()
                + " is a "
                + operation.method()
                + "; a source runs GET operations, writes belong into the sink connector");
        return Optional.empty();
      }
      return Optional.of(operation);
    } catch (UnknownOperationException e) {
      problems.add(key, e.getMessage());
      return Optional.empty();
    }
  }

  private Query query(String alias, Operation operation) {
    String optionsKey = SourceConfig.ALIASES.key(alias, Options.KEY);
    Options options = Options.parse(optionsKey, text(alias, Options.KEY), operation, problems);
    Reading reading = reading(alias, operation);
    checkOptions(optionsKey, options, reading);
    String other = known.putIfAbsent(List.of(operation.id(), options), alias);
    if (other != null) {
      problems.add(
          SourceConfig.ALIASES.key(alias, QueryKeys.OPERATION_ID),
          "reads the same as query " + other + "; their offsets would be one");
    }
    PassParser passes = new PassParser(values, catalog, problems, alias);
    checkParent(optionsKey, options, passes.parent());
    return new Query(
        alias,
        operation,
        options,
        topic(alias, operation),
        passes.schedule(),
        reading,
        list(alias, QueryKeys.KEY_FIELDS),
        passes.refresh(reading.mode()),
        passes.deletes(operation),
        passes.parent(),
        new ValueParser(values, catalog, problems, alias).values(operation));
  }

  private void checkParent(String key, Options options, Optional<String> parent) {
    boolean refers =
        Stream.of(options.path(), options.query())
            .flatMap(values -> values.values().stream())
            .anyMatch(value -> value.contains("${parent."));
    if (refers && parent.isEmpty()) {
      problems.add(key, "refers to ${parent.…}, but the query has no " + PassKeys.PARENT);
    }
  }

  private void checkOptions(String key, Options options, Reading reading) {
    for (String name : options.query().keySet()) {
      if (Operation.PAGING.contains(name)) {
        problems.add(
            key,
            "leave out \"" + name + "\": paging is the connector's own business (see page.size)");
      } else if (name.equals("orderBy") && reading.strategy().byId()) {
        problems.add(key, "leave out \"orderBy\": the connector reads in the order of ids");
      }
    }
    int length = options.query().values().stream().mapToInt(String::length).sum();
    if (length > LONGEST_QUERY) {
      problems.add(
          key,
          "the parameters have "
              + length
              + " characters, more than the "
              + LONGEST_QUERY
              + " that a URL can carry; split the query");
    }
  }

  private Reading reading(String alias, Operation operation) {
    boolean byId = operation.answer().paged() && operation.traits().id();
    PagingStrategy strategy = strategy(alias, operation, byId);
    return new Reading(
        mode(alias, operation, byId),
        strategy,
        (Integer) value(alias, QueryKeys.PAGE_SIZE),
        Duration.ofMillis(number(alias, QueryKeys.OVERLAP)),
        Duration.ofMillis(number(alias, QueryKeys.SAFETY_LAG)),
        start(text(alias, QueryKeys.START_AT)),
        Set.copyOf(list(alias, QueryKeys.SKIP_UPDATED_BY)));
  }

  private static Start start(String text) {
    if (text.isEmpty()) {
      return Start.BEGINNING;
    }
    return text.startsWith("P")
        ? new Start(Optional.empty(), Optional.of(Duration.parse(text)))
        : new Start(Optional.of(Instant.parse(text)), Optional.empty());
  }

  private Mode mode(String alias, Operation operation, boolean byId) {
    String text = text(alias, QueryKeys.MODE).toLowerCase(Locale.ROOT);
    if (text.equals("auto")) {
      return byId && operation.traits().info() ? Mode.INCREMENTAL : Mode.SNAPSHOT;
    }
    if (text.equals("incremental") && !byId) {
      problems.add(
          SourceConfig.ALIASES.key(alias, QueryKeys.MODE),
          operation.id() + " has no items with an id to find changes by; use snapshot");
    }
    return Mode.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private PagingStrategy strategy(String alias, Operation operation, boolean byId) {
    String text = text(alias, QueryKeys.PAGING).toLowerCase(Locale.ROOT);
    if (text.equals("auto")) {
      return PagingStrategy.defaultFor(byId);
    }
    PagingStrategy strategy = PagingStrategy.of(text);
    if (strategy.byId() && !byId) {
      problems.add(
          SourceConfig.ALIASES.key(alias, QueryKeys.PAGING),
          operation.id()
              + " has no items with an id to page by; use "
              + PagingStrategy.defaultFor(false).word());
    }
    return strategy;
  }

  private String topic(String alias, Operation operation) {
    String topic = text(alias, QueryKeys.TOPIC);
    if (!topic.isBlank()) {
      return topic;
    }
    String username = String.valueOf(values.get(ConnectionKeys.USERNAME));
    String name =
        String.valueOf(values.get(SourceConfig.TOPIC_PATTERN))
            .replace("${resource}", resource(operation))
            .replace("${operation}", operation.id())
            .replace("${company}", username.replaceFirst("\\+.*", ""));
    if (!Validators.TOPIC_TEXT.matcher(name).matches()) {
      problems.add(
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

  private Object value(String alias, String name) {
    return values.get(SourceConfig.ALIASES.key(alias, name));
  }

  private String text(String alias, String name) {
    Object value = value(alias, name);
    return value == null ? "" : value.toString();
  }

  private long number(String alias, String name) {
    return (Long) value(alias, name);
  }

  private List<String> list(String alias, String name) {
    return ((List<?>) value(alias, name)).stream().map(String::valueOf).toList();
  }
}
