package io.psastream.connectwise.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The queries or routes of a connector, configured as Kafka Connect's transformations are: a list
 * of aliases ({@code queries = tickets, companies}) and keys for each ({@code
 * query.tickets.topic}). A key that an alias lacks falls back to the same key without prefix
 * ({@code topic}). Without any alias there is one unnamed query or route, described by the keys
 * without prefix.
 *
 * @param listKey the key that lists the aliases
 * @param prefix the start of the keys of an alias, dot included
 * @param keys the keys that each alias has
 */
public record Aliases(String listKey, String prefix, List<Key> keys) {

  /**
   * The aliases in the properties; a single empty alias where none is given. Those that the check
   * of the list refuses are left out.
   */
  public List<String> of(Map<String, String> properties) {
    String list = properties.getOrDefault(listKey, "");
    return list.isBlank()
        ? List.of("")
        : Arrays.stream(list.split(","))
            .map(String::trim)
            .filter(alias -> Validators.ALIAS_TEXT.matcher(alias).matches())
            .distinct()
            .limit(Validators.MOST_ALIASES)
            .toList();
  }

  /** Reads the query or route of each alias; what cannot be read is a problem and left out. */
  public <T> List<T> read(
      Map<String, String> properties,
      Map<String, ?> values,
      Problems problems,
      Function<AliasValues, Optional<T>> reader) {
    return of(properties).stream()
        .map(alias -> new AliasValues(this, alias, values, problems))
        .flatMap(each -> problems.attempt(listKey, () -> reader.apply(each)).stream())
        .toList();
  }

  /** The full name of a key; for the empty alias the name itself. */
  public String key(String alias, String name) {
    return alias.isEmpty() ? name : prefix + alias + "." + name;
  }

  /** Adds the keys of every alias; their defaults are the values of the keys without prefix. */
  public void define(ConfigDef def, Map<String, String> properties) {
    for (String alias : of(properties)) {
      if (alias.isEmpty()) {
        continue;
      }
      Group group = new Group(def, prefix + alias);
      for (Key key : keys) {
        group.add(key.as(name -> key(alias, name), fallback(key, properties)));
      }
    }
  }

  private static Object fallback(Key key, Map<String, String> properties) {
    String shared = properties.get(key.name());
    if (shared == null) {
      return key.defaultValue();
    }
    try {
      Object value = ConfigDef.parseType(key.name(), shared, key.type());
      if (key.check() != null) {
        key.check().ensureValid(key.name(), value);
      }
      return value;
    } catch (org.apache.kafka.common.config.ConfigException e) {
      // Reported on the key without prefix, which is the wrong one.
      return key.defaultValue();
    }
  }

  /** Adds a problem for every key below the prefix that no alias has. */
  public void checkNames(Map<String, String> properties, Problems problems) {
    List<String> aliases = of(properties);
    for (String name : new TreeSet<>(properties.keySet())) {
      if (name.startsWith(prefix)) {
        problemOf(name, aliases).ifPresent(problem -> problems.add(name, problem));
      }
    }
  }

  private Optional<String> problemOf(String name, List<String> aliases) {
    String rest = name.substring(prefix.length());
    int dot = rest.indexOf('.');
    String alias = dot < 0 ? rest : rest.substring(0, dot);
    if (!aliases.contains(alias)) {
      return Optional.of(
          "\"" + alias + "\" is not listed in " + listKey + "; add it there or remove this key");
    }
    String key = dot < 0 ? "" : rest.substring(dot + 1);
    List<String> known = new ArrayList<>(keys.stream().map(Key::name).toList());
    if (known.contains(key)) {
      return Optional.empty();
    }
    return Optional.of("there is no such key. " + Nearest.hint(key, known));
  }
}
