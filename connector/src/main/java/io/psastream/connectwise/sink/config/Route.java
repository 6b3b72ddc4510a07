package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Upload;
import io.psastream.connectwise.sink.template.Conditions;
import io.psastream.connectwise.sink.template.Template;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
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
 * @param items what of the record is the item, or the items, to send
 * @param directions what a record itself says of what is to be done
 * @param rules what to do in the special cases
 * @param writing how bodies are made and checked
 * @param related what the operations for values may need besides themselves, by their ids
 * @param lookup how an item is found by a key of the user's own
 */
public record Route(
    String alias,
    Topics topics,
    Optional<Operation> mutate,
    Optional<Operation> delete,
    Map<String, Template> options,
    Template.Expression items,
    RecordDirectives directions,
    Rules rules,
    Writing writing,
    Map<String, Related> related,
    Optional<Lookup> lookup) {

  /** The route in a few words, for the log. */
  @Override
  public String toString() {
    return targets().stream()
        .map(Operation::id)
        .collect(Collectors.joining(" and ", alias.isEmpty() ? "" : alias + ": ", ""));
  }

  /** What an operator of this route should know and may have overlooked, in whole sentences. */
  public List<String> cautions() {
    Stream<String> ofOperations = targets().stream().flatMap(this::cautions);
    Stream<String> ofAll =
        writing.dryRun() ? Stream.of("dry.run=true: nothing is written.") : Stream.of();
    return Stream.concat(ofOperations, ofAll).toList();
  }

  private Stream<String> cautions(Operation operation) {
    if (operation.method() == HttpMethod.POST && lookup.isEmpty()) {
      return Stream.of(
          operation.id()
              + " creates without a look-up: a worker that is killed between a create and the"
              + " commit of its offset creates it twice"
              + (rules.onAmbiguous() == OnAmbiguousCreate.RETRY
                  ? ", and so does a lost answer with behavior.on.ambiguous.create=retry"
                  : "")
              + ". Set lookup.operation.id and lookup.conditions where that does harm.");
    }
    if (operation.method() == HttpMethod.PUT && !writing.putMerge()) {
      return Stream.of(
          operation.id()
              + " resets every field that a record does not have; set put.merge=true, or use the"
              + " PATCH.");
    }
    return Stream.of();
  }

  /** The operations that records are for. */
  List<Operation> targets() {
    return Stream.concat(
            Stream.of(mutate, delete).flatMap(Optional::stream), directions.allowed().stream())
        .distinct()
        .toList();
  }

  /** Every operation that it may write by. */
  public List<Operation> operations() {
    Stream<Operation> others =
        related.values().stream()
            .flatMap(it -> Stream.of(it.create(), it.update()))
            .flatMap(Optional::stream);
    return Stream.concat(targets().stream(), others).distinct().toList();
  }

  /** What goes with an operation that records are for. */
  public Related related(Operation target) {
    return related.getOrDefault(target.id(), Related.NONE);
  }

  /** The path parameter of an operation on one item that a look-up gives, where there is one. */
  public Optional<String> found(Operation operation) {
    List<String> names = operation.path().parameters();
    boolean finds = lookup.isPresent() && operation.method() != HttpMethod.POST && !names.isEmpty();
    return finds ? Optional.of(names.get(names.size() - 1)) : Optional.empty();
  }

  /**
   * Whether an operation is given this option as a query parameter, or as a field of its form. What
   * an operation given as text takes is not known: it gets every option that is not in the path of
   * the route's other ones.
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

  /**
   * Topics by name or by pattern; every topic where neither is given.
   *
   * @param names names in full
   * @param pattern a regular expression that matches a whole name
   */
  public record Topics(Set<String> names, Optional<Pattern> pattern) {

    /** Whether records of this topic belong here. */
    public boolean match(String topic) {
      return names.contains(topic)
          || pattern.map(regex -> regex.matcher(topic).matches()).orElse(names.isEmpty());
    }
  }

  /**
   * What a record itself says of what is to be done.
   *
   * @param envelope how its value is wrapped
   * @param header the header that names the operation
   * @param allowed the operations that the header may name
   */
  public record RecordDirectives(
      Envelope envelope, Optional<String> header, List<Operation> allowed) {}

  /** How the value of a record is wrapped. */
  public enum Envelope {
    NONE,
    DEBEZIUM
  }

  /** The same route with other options. */
  Route with(Map<String, Template> others) {
    return new Route(
        alias, topics, mutate, delete, others, items, directions, rules, writing, related, lookup);
  }

  /**
   * What an operation may need besides itself.
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

  /**
   * How an item is found.
   *
   * @param operation the list it is looked for in
   * @param conditions the conditions, by the name of their query parameter
   * @param rest how long to wait between two looks after a create whose answer was lost
   */
  public record Lookup(Operation operation, Map<String, Conditions> conditions, Duration rest) {}

  /** The route's decisions for special cases. */
  public record Rules(
      OnNull onNull, OnNotFound onNotFound, OnAmbiguousCreate onAmbiguous, OnExists onExists) {}

  /**
   * How bodies are made and checked.
   *
   * @param format what a PATCH sends
   * @param clearNulls whether a null empties its field; else nothing is said of it
   * @param mergeCustomFields whether custom fields are put into the array that the item has
   * @param putMerge whether a PUT is put into the item that is there
   * @param onUnapplied what to do about a field that a PATCH did not change
   * @param onUnknownField what to do about a field that the catalogue does not know
   * @param dryRun whether nothing is written
   * @param coalesce whether updates of one item that wait are made one
   */
  public record Writing(
      PatchFormat format,
      boolean clearNulls,
      boolean mergeCustomFields,
      boolean putMerge,
      OnProblem onUnapplied,
      OnProblem onUnknownField,
      boolean dryRun,
      boolean coalesce) {}

  /** What a PATCH sends. */
  public enum PatchFormat {
    REPLACE,
    DIFF,
    OPERATIONS
  }

  /** What to do about something that is probably a mistake. */
  public enum OnProblem {
    WARN,
    FAIL,
    IGNORE
  }

  /** What to do with a record without a value. */
  public enum OnNull {
    DELETE,
    IGNORE,
    FAIL
  }

  /** What to do when the item of an update does not exist. */
  public enum OnNotFound {
    FAIL,
    IGNORE,
    CREATE
  }

  /** What to do when the answer to a create was lost (P35). */
  public enum OnAmbiguousCreate {
    LOOKUP,
    REPORT,
    RETRY
  }

  /** What to do when a create finds its item already there. */
  public enum OnExists {
    UPDATE,
    IGNORE,
    FAIL
  }
}
