package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.UnknownOperationException;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.sink.config.Route.OnNotFound;
import io.psastream.connectwise.sink.config.Route.OnNull;
import io.psastream.connectwise.sink.template.Template;
import io.psastream.connectwise.sink.template.Template.Expression;
import io.psastream.connectwise.sink.template.Template.Source;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes routes of parsed values and finds what does not fit together. */
final class RouteParser {

  private static final Expression WHOLE_VALUE = new Expression(Source.VALUE, List.of());

  private final Map<String, ?> values;
  private final Catalog catalog;
  private final Problems problems;

  RouteParser(Map<String, ?> values, Catalog catalog, Problems problems) {
    this.values = values;
    this.catalog = catalog;
    this.problems = problems;
  }

  /** The route of an alias; empty when its operations cannot be told. */
  Optional<Route> parse(String alias) {
    Optional<Operation> mutate = operation(alias, RouteKeys.MUTATE, this::mutateProblem);
    Optional<Operation> delete = operation(alias, RouteKeys.DELETE, RouteParser::deleteProblem);
    String key = SinkConfig.ALIASES.key(alias, RouteKeys.MUTATE);
    Route.RecordDirectives directions = directions(alias);
    boolean none =
        text(alias, RouteKeys.MUTATE).isBlank()
            && text(alias, RouteKeys.DELETE).isBlank()
            && list(alias, RouteKeys.OPERATION_ALLOWED).isEmpty();
    if (none) {
      problems.add(
          key,
          "is missing; name the operation to call, such as patchServiceTicketsById, here or in "
              + RouteKeys.DELETE);
    }
    return mutate.isEmpty() && delete.isEmpty() && directions.allowed().isEmpty()
        ? Optional.empty()
        : Optional.of(route(alias, mutate, delete, directions));
  }

  private Route route(
      String alias,
      Optional<Operation> mutate,
      Optional<Operation> delete,
      Route.RecordDirectives directions) {
    RouteValues route = new RouteValues(values, alias);
    LookupParser lookups = new LookupParser(route, catalog, problems);
    Optional<Route.Lookup> lookup = lookups.parse();
    RelatedParser relatives = new RelatedParser(route, catalog, problems);
    Map<String, Route.Related> related = new HashMap<>();
    Stream.concat(mutate.stream(), directions.allowed().stream())
        .forEach(target -> related.putIfAbsent(target.id(), relatives.parse(target, lookup)));
    Route.Rules rules =
        new Route.Rules(
            onNull(alias, delete),
            route.choice(OnNotFound.class, RouteKeys.ON_NOT_FOUND),
            lookups.onAmbiguous(),
            route.choice(Route.OnExists.class, LookupKeys.ON_EXISTS));
    Route plain =
        new Route(
            alias,
            topics(alias),
            mutate,
            delete,
            Map.of(),
            items(alias),
            directions,
            rules,
            writing(route),
            Map.copyOf(related),
            lookup);
    return new RouteOptions(plain, problems).read(text(alias, Options.KEY));
  }

  private static Route.Writing writing(RouteValues route) {
    return new Route.Writing(
        route.choice(Route.PatchFormat.class, WritingKeys.PATCH_FORMAT),
        route.text(WritingKeys.NULLS).equalsIgnoreCase("clear"),
        route.text(WritingKeys.CUSTOM_FIELDS).equalsIgnoreCase("merge"),
        route.flag(WritingKeys.PUT_MERGE),
        route.choice(Route.OnProblem.class, WritingKeys.ON_UNAPPLIED),
        route.choice(Route.OnProblem.class, WritingKeys.UNKNOWN_FIELDS),
        route.flag(WritingKeys.DRY_RUN),
        route.flag(WritingKeys.COALESCE));
  }

  private Optional<Operation> operation(
      String alias, String name, Function<Operation, Optional<String>> check) {
    String id = text(alias, name);
    return id.isBlank() ? Optional.empty() : known(SinkConfig.ALIASES.key(alias, name), id, check);
  }

  private Optional<Operation> known(
      String key, String id, Function<Operation, Optional<String>> check) {
    try {
      Operation operation = catalog.operation(id);
      Optional<String> problem = check.apply(operation);
      problem.ifPresent(text -> problems.add(key, operation.id() + " " + text));
      return problem.isPresent() ? Optional.empty() : Optional.of(operation);
    } catch (UnknownOperationException e) {
      problems.add(key, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<String> mutateProblem(Operation operation) {
    if (operation.method() == HttpMethod.GET) {
      return Optional.of(
          "is a GET; a sink writes (POST, PUT, PATCH, DELETE), reads belong into the source"
              + " connector");
    }
    return Optional.empty();
  }

  private static Optional<String> deleteProblem(Operation operation) {
    return operation.method() == HttpMethod.DELETE
        ? Optional.empty()
        : Optional.of("is a " + operation.method() + "; tombstones take a DELETE");
  }

  private Route.RecordDirectives directions(String alias) {
    String key = SinkConfig.ALIASES.key(alias, RouteKeys.OPERATION_ALLOWED);
    List<String> ids = list(alias, RouteKeys.OPERATION_ALLOWED);
    Optional<String> header =
        Optional.of(text(alias, RouteKeys.OPERATION_HEADER).trim()).filter(it -> !it.isEmpty());
    if (header.isPresent() && ids.isEmpty()) {
      problems.add(key, "is missing; list the operations that the header may name");
    } else if (header.isEmpty() && !ids.isEmpty()) {
      problems.add(
          SinkConfig.ALIASES.key(alias, RouteKeys.OPERATION_HEADER),
          "is missing; name the header that holds one of " + RouteKeys.OPERATION_ALLOWED);
    }
    List<Operation> allowed =
        ids.stream().flatMap(id -> known(key, id, this::mutateProblem).stream()).toList();
    return new Route.RecordDirectives(
        choice(Route.Envelope.class, alias, RouteKeys.ENVELOPE), header, allowed);
  }

  private OnNull onNull(String alias, Optional<Operation> delete) {
    String text = text(alias, RouteKeys.ON_NULL);
    if (text.isBlank()) {
      return delete.isPresent() ? OnNull.DELETE : OnNull.FAIL;
    }
    OnNull choice = choice(OnNull.class, alias, RouteKeys.ON_NULL);
    if (choice == OnNull.DELETE && text(alias, RouteKeys.DELETE).isBlank()) {
      problems.add(
          SinkConfig.ALIASES.key(alias, RouteKeys.ON_NULL),
          "delete needs " + RouteKeys.DELETE + ", which is not set");
    }
    return choice;
  }

  private Expression items(String alias) {
    String key = SinkConfig.ALIASES.key(alias, RouteKeys.ITEMS);
    try {
      Optional<Expression> items =
          Template.parse(text(alias, RouteKeys.ITEMS))
              .only()
              .filter(expression -> expression.source() == Source.VALUE);
      if (items.isEmpty()) {
        problems.add(key, "expected ${value} or a part of it, such as ${value.tickets}");
      }
      return items.orElse(WHOLE_VALUE);
    } catch (IllegalArgumentException e) {
      problems.add(key, e.getMessage());
      return WHOLE_VALUE;
    }
  }

  private Route.Topics topics(String alias) {
    if (alias.isEmpty()) {
      return new Route.Topics(Set.of(), Optional.empty());
    }
    Set<String> names = new LinkedHashSet<>(list(alias, RouteKeys.TOPICS));
    String regex = text(alias, RouteKeys.TOPICS_REGEX);
    return new Route.Topics(
        names, regex.isBlank() ? Optional.empty() : Optional.of(Pattern.compile(regex)));
  }

  private <E extends Enum<E>> E choice(Class<E> type, String alias, String name) {
    return Enum.valueOf(type, text(alias, name).toUpperCase(Locale.ROOT));
  }

  private Object value(String alias, String name) {
    return values.get(SinkConfig.ALIASES.key(alias, name));
  }

  private List<String> list(String alias, String name) {
    return ((List<?>) value(alias, name)).stream().map(Object::toString).toList();
  }

  private String text(String alias, String name) {
    Object value = value(alias, name);
    return value == null ? "" : value.toString();
  }
}
