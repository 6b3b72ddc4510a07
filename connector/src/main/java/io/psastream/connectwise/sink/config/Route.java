package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Upload;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.template.Template;
import io.psastream.connectwise.template.Template.Expression;
import io.psastream.connectwise.template.Template.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is done with the records of some topics.
 *
 * @param alias its name; empty for the only, unnamed one
 * @param topics the topics whose records take this route
 * @param mutate the operation for records with a value
 * @param delete the operation for tombstones
 * @param options path and query parameters of all operations, by name
 * @param items the part of the record's value that is sent: an item or an array of items
 * @param directives what a record itself may say of what is done with it
 * @param rules what to do in the special cases
 * @param writing how bodies are made and checked
 * @param related the operations that go with an operation for values, by its id
 * @param lookup how an item is found by other fields than its id
 */
public record Route(
    String alias,
    Topics topics,
    Optional<Operation> mutate,
    Optional<Operation> delete,
    Map<String, Template> options,
    Expression items,
    RecordDirectives directives,
    Rules rules,
    Writing writing,
    Map<String, Related> related,
    Optional<Lookup> lookup) {

  /** Lists whose ids are of one space (P27a). */
  private static final Set<String> TICKETS = Set.of("/service/tickets", "/project/tickets");

  private static final Expression WHOLE_VALUE = new Expression(Source.VALUE, List.of());

  /** Reads the route of an alias; empty when none of its operations is known. */
  static Optional<Route> of(AliasValues values, Catalog catalog) {
    Optional<Operation> mutate = values.operation(RouteKeys.MUTATE, catalog, Route::readProblem);
    Optional<Operation> delete = values.operation(RouteKeys.DELETE, catalog, Route::deleteProblem);
    RecordDirectives directives = RecordDirectives.of(values, catalog);
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
    if (mutate.isEmpty() && delete.isEmpty() && directives.allowed().isEmpty()) {
      return Optional.empty();
    }
    Optional<Lookup> lookup = Lookup.of(values, catalog);
    RelatedParser relatedParser = new RelatedParser(values, catalog);
    Map<String, Related> related = new HashMap<>();
    Stream.concat(mutate.stream(), directives.allowed().stream())
        .forEach(target -> related.putIfAbsent(target.id(), relatedParser.parse(target, lookup)));
    Route plain =
        new Route(
            values.alias(),
            Topics.of(values),
            mutate,
            delete,
            Map.of(),
            items(values),
            directives,
            Rules.of(values, mutate, delete.isPresent()),
            Writing.of(values),
            Map.copyOf(related),
            lookup);
    return Optional.of(new RouteOptions(plain, values).read());
  }

  static Optional<String> readProblem(Operation operation) {
    return operation.method() == HttpMethod.GET
        ? Optional.of(
            "is a GET; a sink writes (POST, PUT, PATCH, DELETE), reads belong in the source"
                + " connector")
        : Optional.empty();
  }

  private static Optional<String> deleteProblem(Operation operation) {
    return operation.method() == HttpMethod.DELETE
        ? Optional.empty()
        : Optional.of("is a " + operation.method() + "; tombstones need a DELETE");
  }

  private static Expression items(AliasValues values) {
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

  /** The alias and the operations, for the log. */
  @Override
  public String toString() {
    return targets().stream()
        .map(Operation::id)
        .collect(Collectors.joining(" and ", alias.isEmpty() ? "" : alias + ": ", ""));
  }

  /** Risks of this route that its operator may have overlooked, in whole sentences. */
  public List<String> cautions() {
    return cautions(false);
  }

  /**
   * The same where creates may be remembered.
   *
   * @param remembered whether they are, so that none is sent twice
   */
  public List<String> cautions(boolean remembered) {
    Stream<String> ofOperations =
        targets().stream().flatMap(operation -> cautions(operation, remembered));
    Stream<String> ofAll =
        writing.dryRun() ? Stream.of("dry.run=true: nothing is written.") : Stream.of();
    return Stream.of(ofOperations, ofDelete(), ofAll).flatMap(it -> it).toList();
  }

  /** A delete operation that was taken over from another route deletes whatever has the same id. */
  private Stream<String> ofDelete() {
    return delete.stream()
        .flatMap(
            deletes ->
                mutate.stream()
                    .filter(writes -> !areOfOneSpace(collection(writes), collection(deletes)))
                    .map(
                        writes ->
                            deletes.id()
                                + " deletes other items than "
                                + writes.id()
                                + " writes: a record without a value deletes what has its id in "
                                + collection(deletes)
                                + ". If that is not meant, correct delete.operation.id."));
  }

  /** The path of the list that has what an operation writes, with {@code {}} for parameters. */
  static String collection(Operation operation) {
    String path = unnamed(operation.path().toString());
    return operation.method() == HttpMethod.POST ? path : path.replaceFirst("/\\{}$", "");
  }

  /** Whether an id means the same item in two lists, by their paths. */
  static boolean areOfOneSpace(String list, String other) {
    return list.equals(other) || (TICKETS.contains(list) && TICKETS.contains(other));
  }

  /** A path without the names of its parameters. */
  static String unnamed(String path) {
    return path.replaceAll("\\{[^}]*}", "{}");
  }

  /** Whether a record that is applied again creates its item again. */
  public boolean createsAgain() {
    return operations().stream().anyMatch(this::createsAgain);
  }

  private boolean createsAgain(Operation operation) {
    return operation.method() == HttpMethod.POST && lookup.isEmpty();
  }

  private Stream<String> cautions(Operation operation, boolean remembered) {
    if (createsAgain(operation) && !remembered) {
      return Stream.of(
          operation.id()
              + " creates without a look-up: a worker that is killed between a create and the"
              + " commit of its offset creates it twice"
              + (rules.onAmbiguous() == Rules.OnAmbiguousCreate.RETRY
                  ? ", and so does a lost answer with behavior.on.ambiguous.create=retry"
                  : "")
              + ". Set lookup.operation.id and lookup.conditions, or ledger.topic, where that does"
              + " harm.");
    }
    if (operation.method() == HttpMethod.PUT && !writing.putMerge()) {
      return Stream.of(
          operation.id()
              + " resets every field that a record does not have; set put.merge=true, or use the"
              + " PATCH.");
    }
    return Stream.of();
  }

  /** The operations that records can ask for, by their value, their lack of one or their header. */
  List<Operation> targets() {
    return Stream.concat(
            Stream.of(mutate, delete).flatMap(Optional::stream), directives.allowed().stream())
        .distinct()
        .toList();
  }

  /** Every operation that the route may write with. */
  public List<Operation> operations() {
    Stream<Operation> others =
        related.values().stream()
            .flatMap(it -> Stream.of(it.create(), it.update()))
            .flatMap(Optional::stream);
    return Stream.concat(targets().stream(), others).distinct().toList();
  }

  /** The operations that go with one of the targets. */
  public Related related(Operation target) {
    return related.getOrDefault(target.id(), Related.NONE);
  }

  /**
   * The path parameter that a look-up fills in; empty where nothing is looked up for the operation.
   */
  public Optional<String> found(Operation operation) {
    List<String> names = operation.path().parameters();
    boolean finds = lookup.isPresent() && operation.method() != HttpMethod.POST && !names.isEmpty();
    return finds ? Optional.of(names.get(names.size() - 1)) : Optional.empty();
  }

  /**
   * Whether an operation gets this option as a query parameter, or as a field of its form. The
   * parameters of an operation given as text are not known: it gets every option that is no path
   * parameter of the route's other operations.
   */
  public boolean takesQuery(Operation operation, String option) {
    if (operation.path().parameters().contains(option)) {
      return false;
    }
    boolean elsewhere =
        operations().stream().anyMatch(other -> other.path().parameters().contains(option));
    return operation.queryParameters().stream().anyMatch(p -> p.name().equals(option))
        || (operation.body() == BodyKind.MULTIPART && Upload.FIELDS.contains(option))
        || (operation.id().contains("/") && !elsewhere);
  }

  /** This route with other options. */
  Route with(Map<String, Template> others) {
    return new Route(
        alias, topics, mutate, delete, others, items, directives, rules, writing, related, lookup);
  }

  /**
   * The operations that go with an operation for values.
   *
   * @param create what creates an item, where that may happen; the operation itself if it is a POST
   * @param update what changes an item, where that may happen; the operation itself if it is a
   *     PATCH or a PUT
   * @param read what reads the item that the update changes
   */
  public record Related(
      Optional<Operation> create, Optional<Operation> update, Optional<Operation> read) {

    static final Related NONE = new Related(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
