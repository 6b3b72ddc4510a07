package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.sink.config.Route.OnNotFound;
import io.psastream.connectwise.sink.config.Route.OnNull;
import io.psastream.connectwise.sink.template.Template;
import io.psastream.connectwise.sink.template.Template.Expression;
import io.psastream.connectwise.sink.template.Template.Source;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes routes of parsed values and finds what does not fit together. */
final class RouteParser {

  private static final Expression WHOLE_VALUE = new Expression(Source.VALUE, List.of());

  private final AliasValues values;
  private final Catalog catalog;

  RouteParser(AliasValues values, Catalog catalog) {
    this.values = values;
    this.catalog = catalog;
  }

  /** The route of the alias; empty when its operations cannot be told. */
  Optional<Route> parse() {
    Optional<Operation> mutate =
        values.operation(RouteKeys.MUTATE, catalog, RouteParser::mutateProblem);
    Optional<Operation> delete =
        values.operation(RouteKeys.DELETE, catalog, RouteParser::deleteProblem);
    Route.RecordDirectives directions = directions();
    boolean none =
        values.text(RouteKeys.MUTATE).isEmpty()
            && values.text(RouteKeys.DELETE).isEmpty()
            && values.list(RouteKeys.OPERATION_ALLOWED).isEmpty();
    if (none) {
      values.problem(
          RouteKeys.MUTATE,
          "is missing; name the operation to call, such as patchServiceTicketsById, here or in "
              + RouteKeys.DELETE);
    }
    return mutate.isEmpty() && delete.isEmpty() && directions.allowed().isEmpty()
        ? Optional.empty()
        : Optional.of(route(mutate, delete, directions));
  }

  private Route route(
      Optional<Operation> mutate, Optional<Operation> delete, Route.RecordDirectives directions) {
    LookupParser lookups = new LookupParser(values, catalog);
    Optional<Route.Lookup> lookup = lookups.parse();
    RelatedParser relatives = new RelatedParser(values, catalog);
    Map<String, Route.Related> related = new HashMap<>();
    Stream.concat(mutate.stream(), directions.allowed().stream())
        .forEach(target -> related.putIfAbsent(target.id(), relatives.parse(target, lookup)));
    Route.Rules rules =
        new Route.Rules(
            onNull(delete),
            values.choice(OnNotFound.class, RouteKeys.ON_NOT_FOUND),
            lookups.onAmbiguous(),
            values.choice(Route.OnExists.class, LookupKeys.ON_EXISTS));
    Route plain =
        new Route(
            values.alias(),
            topics(),
            mutate,
            delete,
            Map.of(),
            items(),
            directions,
            rules,
            writing(),
            Map.copyOf(related),
            lookup);
    return new RouteOptions(plain, values).read();
  }

  private Route.Writing writing() {
    return new Route.Writing(
        values.choice(Route.PatchFormat.class, WritingKeys.PATCH_FORMAT),
        values.is(WritingKeys.NULLS, "clear"),
        values.is(WritingKeys.CUSTOM_FIELDS, "merge"),
        values.flag(WritingKeys.PUT_MERGE),
        values.choice(Route.OnProblem.class, WritingKeys.ON_UNAPPLIED),
        values.choice(Route.OnProblem.class, WritingKeys.UNKNOWN_FIELDS),
        values.flag(WritingKeys.DRY_RUN),
        values.flag(WritingKeys.COALESCE));
  }

  private static Optional<String> mutateProblem(Operation operation) {
    return operation.method() == HttpMethod.GET
        ? Optional.of(
            "is a GET; a sink writes (POST, PUT, PATCH, DELETE), reads belong into the source"
                + " connector")
        : Optional.empty();
  }

  private static Optional<String> deleteProblem(Operation operation) {
    return operation.method() == HttpMethod.DELETE
        ? Optional.empty()
        : Optional.of("is a " + operation.method() + "; tombstones take a DELETE");
  }

  private Route.RecordDirectives directions() {
    boolean ids = !values.list(RouteKeys.OPERATION_ALLOWED).isEmpty();
    Optional<String> header = values.text(RouteKeys.OPERATION_HEADER);
    if (header.isPresent() && !ids) {
      values.problem(
          RouteKeys.OPERATION_ALLOWED, "is missing; list the operations that the header may name");
    } else if (header.isEmpty() && ids) {
      values.problem(
          RouteKeys.OPERATION_HEADER,
          "is missing; name the header that holds one of " + RouteKeys.OPERATION_ALLOWED);
    }
    return new Route.RecordDirectives(
        values.choice(Route.Envelope.class, RouteKeys.ENVELOPE),
        header,
        values.operations(RouteKeys.OPERATION_ALLOWED, catalog, RouteParser::mutateProblem));
  }

  private OnNull onNull(Optional<Operation> delete) {
    if (values.text(RouteKeys.ON_NULL).isEmpty()) {
      return delete.isPresent() ? OnNull.DELETE : OnNull.FAIL;
    }
    OnNull choice = values.choice(OnNull.class, RouteKeys.ON_NULL);
    if (choice == OnNull.DELETE && values.text(RouteKeys.DELETE).isEmpty()) {
      values.problem(RouteKeys.ON_NULL, "delete needs " + RouteKeys.DELETE + ", which is not set");
    }
    return choice;
  }

  private Expression items() {
    try {
      Optional<Expression> items =
          Template.parse(values.text(RouteKeys.ITEMS).orElse(""))
              .only()
              .filter(expression -> expression.source() == Source.VALUE);
      if (items.isEmpty()) {
        values.problem(
            RouteKeys.ITEMS, "expected ${value} or a part of it, such as ${value.tickets}");
      }
      return items.orElse(WHOLE_VALUE);
    } catch (IllegalArgumentException e) {
      values.problem(RouteKeys.ITEMS, e.getMessage());
      return WHOLE_VALUE;
    }
  }

  private Route.Topics topics() {
    return values.alias().isEmpty()
        ? new Route.Topics(Set.of(), Optional.empty())
        : new Route.Topics(
            new LinkedHashSet<>(values.list(RouteKeys.TOPICS)),
            values.text(RouteKeys.TOPICS_REGEX).map(Pattern::compile));
  }
}
