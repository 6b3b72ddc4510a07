package io.psastream.connectwise.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.UnknownOperationException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the parsed values of one alias by the names of its keys, and reports problems on them.
 *
 * @param all the parsed values of every key of the connector
 */
public record AliasValues(Aliases aliases, String alias, Map<String, ?> all, Problems problems) {

  /** The most operations in one list; looking for what is nearest to a wrong one takes a while. */
  private static final int MOST_OPERATIONS = 100;

  /** The full name of a key. */
  public String key(String name) {
    return aliases.key(alias, name);
  }

  /** Adds a problem to a key. */
  public void problem(String name, String problem) {
    problems.add(key(name), problem);
  }

  /** Has graphical tools hide a key that has no effect. */
  public void hide(String name) {
    problems.hide(key(name));
  }

  /** Whether a key has a problem already. */
  public boolean hasProblem(String name) {
    return problems.has(key(name));
  }

  /** The value of a key as Kafka has parsed it; null where there is none. */
  public Object value(String name) {
    problems.reading(key(name));
    return all.get(key(name));
  }

  /** The text of a key, stripped; empty where it is blank. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(value(name))
        .map(value -> value.toString().strip())
        .filter(text -> !text.isEmpty());
  }

  /** Whether the text of a key is this word, whatever its case. */
  public boolean is(String name, String word) {
    return text(name).filter(word::equalsIgnoreCase).isPresent();
  }

  /** The constant that the text of a key names; a hyphen stands for an underscore. */
  public <E extends Enum<E>> E choice(Class<E> type, String name) {
    // First down, as it was checked: there are letters that only then become those of ASCII.
    String word = text(name).orElseThrow().toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT);
    return Enum.valueOf(type, word.replace('-', '_'));
  }

  /** The value of a boolean key. */
  public boolean flag(String name) {
    return (Boolean) value(name);
  }

  /** The value of a key of any numeric type. */
  public Number number(String name) {
    return (Number) value(name);
  }

  /** The value of a key in milliseconds. */
  public Duration duration(String name) {
    return Duration.ofMillis(number(name).longValue());
  }

  /** The elements of a list that are not blank. */
  public List<String> list(String name) {
    return ((List<?>) value(name))
        .stream().map(Object::toString).filter(element -> !element.isBlank()).toList();
  }

  /**
   * The operation that a key names; empty where there is none, or none that fits, which is a
   * problem.
   *
   * @param check what is wrong with an operation, as it reads behind the operation's id
   */
  public Optional<Operation> operation(
      String name, Catalog catalog, Function<Operation, Optional<String>> check) {
    return text(name).flatMap(id -> operation(name, id, catalog, check));
  }

  /** The operations of a list, those left out that do not fit. */
  public List<Operation> operations(
      String name, Catalog catalog, Function<Operation, Optional<String>> check) {
    List<String> ids = list(name).stream().distinct().limit(MOST_OPERATIONS + 1).toList();
    if (ids.size() > MOST_OPERATIONS) {
      problem(name, "has more than " + MOST_OPERATIONS + " operations; use several routes");
      return List.of();
    }
    return ids.stream().flatMap(id -> operation(name, id, catalog, check).stream()).toList();
  }

  private Optional<Operation> operation(
      String name, String id, Catalog catalog, Function<Operation, Optional<String>> check) {
    try {
      Operation operation = catalog.operation(id);
      Optional<String> problem = check.apply(operation);
      problem.ifPresent(text -> problem(name, operation.id() + " " + text));
      return problem.isPresent() ? Optional.empty() : Optional.of(operation);
    } catch (UnknownOperationException e) {
      problem(name, e.getMessage());
      return Optional.empty();
    }
  }
}
