package io.psastream.connectwise.config;

import io.psastream.connectwise.catalog.Operation;
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
 */
public record Route(
    String alias,
    Topics topics,
    Optional<Operation> mutate,
    Optional<Operation> delete,
    Map<String, Template> options,
    Template.Expression items,
    Directions directions,
    Rules rules) {

  /** The route in a few words, for the log. */
  @Override
  public String toString() {
    return operations().stream()
        .map(Operation::id)
        .collect(Collectors.joining(" and ", alias.isEmpty() ? "" : alias + ": ", ""));
  }

  /** Every operation that it may call. */
  public List<Operation> operations() {
    return Stream.concat(
            Stream.of(mutate, delete).flatMap(Optional::stream), directions.allowed().stream())
        .distinct()
        .toList();
  }

  /**
   * Whether an operation is given this option as a query parameter. What an operation given as text
   * takes is not known: it gets every option that is not in the path of the route's other ones.
   */
  public boolean takesQuery(Operation operation, String option) {
    if (operation.path().parameters().contains(option)) {
      return false;
    }
    boolean elsewhere =
        operations().stream().anyMatch(other -> other.path().parameters().contains(option));
    return operation.queryParameters().stream().anyMatch(p -> p.name().equals(option))
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
  public record Directions(Envelope envelope, Optional<String> header, List<Operation> allowed) {}

  /** How the value of a record is wrapped. */
  public enum Envelope {
    NONE,
    DEBEZIUM
  }

  /** The route's decisions for special cases. */
  public record Rules(
      OnNull onNull, OnNotFound onNotFound, OnAmbiguousCreate onAmbiguous, boolean verifyPatch) {}

  /** What to do with a record without a value. */
  public enum OnNull {
    DELETE,
    IGNORE,
    FAIL
  }

  /** What to do when the item of an update does not exist. */
  public enum OnNotFound {
    FAIL,
    IGNORE
  }

  /** What to do when the answer to a create was lost (P35). */
  public enum OnAmbiguousCreate {
    REPORT,
    RETRY
  }
}
