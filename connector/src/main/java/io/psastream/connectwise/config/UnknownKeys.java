package io.psastream.connectwise.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that nobody reads. One that is nearly the name of a key, of this connector or of Connect
 * itself, is a typing error, and refused: what it says would have no effect. So are parameters of
 * the API that stand beside the options, and keys that can only be meant for one of the two
 * connectors of this plugin. Others may be meant for something else that reads the configuration,
 * and are named in a warning.
 */
final class UnknownKeys {

  private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

  /** Keys of Kafka Connect itself (its SourceConnectorConfig and SinkConnectorConfig). */
  private static final Set<String> OF_CONNECT =
      Set.of(
          "tasks.max",
          "tasks.max.enforce",
          "config.action.reload",
          "errors.tolerance",
          "errors.retry.timeout",
          "errors.retry.delay.max.ms",
          "errors.log.enable",
          "errors.log.include.messages",
          "errors.deadletterqueue.topic.name",
          "errors.deadletterqueue.topic.replication.factor",
          "errors.deadletterqueue.context.headers.enable",
          "key.converter",
          "value.converter",
          "header.converter",
          "transforms",
          "predicates",
          "exactly.once.support",
          "transaction.boundary",
          "offsets.storage.topic");

  /** The beginnings of keys that Connect reads or hands on, and of those for a producer. */
  private static final List<String> HANDED_ON =
      List.of(
          "connector.",
          "key.converter.",
          "value.converter.",
          "header.converter.",
          "transforms.",
          "predicates.",
          "topic.creation.",
          "transaction.boundary.",
          "producer.override.",
          "consumer.override.",
          "admin.override.",
          "reporter.producer.",
          "signal.consumer.",
          "ledger.producer.",
          "ledger.consumer.");

  /** First words of keys that no other program has. */
  private static final Set<String> OWN =
      Set.of(
          "connectwise",
          "queries",
          "query",
          "schedule",
          "deletes",
          "heartbeat",
          "signal",
          "notification",
          "routes",
          "route",
          "mutate",
          "delete",
          "lookup",
          "behavior",
          "ledger",
          "reporter",
          "create",
          "update",
          "patch",
          "put",
          "lane",
          "coalesce",
          "full",
          "start",
          "skip",
          "overlap",
          "safety",
          "unavailable",
          "unknown",
          "dry");

  /** Parameters of lists that are given in the options, in small letters. */
  private static final Set<String> PARAMETERS =
      Set.of(
          "conditions",
          "childconditions",
          "customfieldconditions",
          "orderby",
          "fields",
          "columns",
          "pagesize");

  /** More letters than this are no typing error. */
  private static final int MOST_LETTERS = 4;

  private UnknownKeys() {}

  /**
   * Looks at the names of all keys.
   *
   * @param aliases whose keys are checked elsewhere where they have their prefix
   * @param known the keys of the connector
   * @return those that are nearly none of the connector's and were named in a warning
   */
  static List<String> check(
      Collection<String> names, Aliases aliases, Collection<String> known, Problems problems) {
    List<String> others = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      if (known.contains(name) || name.startsWith(aliases.prefix()) || isOfConnect(name, aliases)) {
        continue;
      }
      Optional<String> problem = problem(name, aliases, known);
      problem.ifPresent(what -> problems.add(name, what));
      if (problem.isEmpty()) {
        others.add(name);
      }
    }
    if (!others.isEmpty()) {
      LOG.warn(
          "Neither this connector nor Kafka Connect has the keys {}; they do nothing.", others);
    }
    return others;
  }

  private static Optional<String> problem(String name, Aliases aliases, Collection<String> known) {
    if (PARAMETERS.contains(name.toLowerCase(Locale.ROOT))) {
      return Optional.of(
          "is a parameter of the API; give it in options, as in {\"" + name + "\": \"…\"}");
    }
    Optional<String> meant =
        otherPrefix(name, aliases)
            .or(() -> near(name, known))
            .or(() -> near(name, OF_CONNECT))
            .or(() -> withoutPrefix(name, known))
            .or(() -> cutOff(name, known))
            .or(() -> cutOff(name, OF_CONNECT));
    if (meant.isEmpty() && OWN.contains(name.split("\\.", 2)[0])) {
      return Optional.of(
          "there is no such key in this connector; remove it (the source and the sink have keys of"
              + " their own)");
    }
    return meant.map(key -> "there is no such key. Did you mean " + key + "?");
  }

  private static Optional<String> near(String name, Collection<String> known) {
    int most = Math.min(MOST_LETTERS, Math.max(2, name.length() / 4));
    return Nearest.within(most, name, known);
  }

  /** The key whose first words are missing, as in {@code site.url}. */
  private static Optional<String> withoutPrefix(String name, Collection<String> known) {
    return known.stream()
        .filter(key -> key.endsWith("." + name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /** The key whose last words are missing, as in {@code errors.deadletterqueue.topic}. */
  private static Optional<String> cutOff(String name, Collection<String> known) {
    String beginning = name.toLowerCase(Locale.ROOT) + ".";
    return known.stream().filter(key -> key.startsWith(beginning)).sorted().findFirst();
  }

  /** The key of an alias whose prefix is mistyped, whether the alias is listed or not. */
  private static Optional<String> otherPrefix(String name, Aliases aliases) {
    String[] words = name.split("\\.", 3);
    String prefix = aliases.prefix().substring(0, aliases.prefix().length() - 1);
    boolean mistyped =
        words.length == 3
            && (words[0].equalsIgnoreCase(aliases.listKey())
                || Nearest.distance(words[0], prefix) <= 2);
    return mistyped
        ? near(words[2], aliases.keys().stream().map(Key::name).toList())
            .map(key -> aliases.key(words[1], key))
        : Optional.empty();
  }

  /** Comments, as templates have them, are nobody's. */
  private static boolean isOfConnect(String name, Aliases aliases) {
    boolean ofSinks = name.equals("topics") || name.equals("topics.regex");
    return name.startsWith("//")
        || (ofSinks && aliases.keys().stream().anyMatch(key -> key.name().equals(name)))
        || name.equals("name")
        || OF_CONNECT.contains(name)
        || HANDED_ON.stream().anyMatch(name::startsWith);
  }
}
