package io.psastream.connectwise.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that nobody reads. One that is nearly the name of a key is a typing error, and refused: what
 * it says would have no effect. Others may be meant for something else that reads the
 * configuration, and are named in a warning.
 */
final class UnknownKeys {

  private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

  /** Keys of Kafka Connect itself (its SourceConnectorConfig and SinkConnectorConfig). */
  private static final Set<String> OF_CONNECT =
      Set.of(
          "name",
          "topics",
          "topics.regex",
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
          "tasks.",
          "config.",
          "errors.",
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

  /** More letters than this are no typing error. */
  private static final int MOST_LETTERS = 4;

  private UnknownKeys() {}

  /**
   * Looks at the names of all keys.
   *
   * @param ofAliases the beginning of keys that are checked elsewhere
   * @param known the keys of the connector
   */
  static void check(
      Collection<String> names, String ofAliases, Collection<String> known, Problems problems) {
    List<String> others = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      if (known.contains(name) || name.startsWith(ofAliases) || isOfConnect(name)) {
        continue;
      }
      int most = Math.min(MOST_LETTERS, Math.max(2, name.length() / 4));
      Optional<String> meant = Nearest.within(most, name, known);
      meant.ifPresent(
          near -> problems.add(name, "there is no such key. Did you mean " + near + "?"));
      if (meant.isEmpty()) {
        others.add(name);
      }
    }
    if (!others.isEmpty()) {
      LOG.warn(
          "Neither this connector nor Kafka Connect has the keys {}; they do nothing.", others);
    }
  }

  private static boolean isOfConnect(String name) {
    return OF_CONNECT.contains(name) || HANDED_ON.stream().anyMatch(name::startsWith);
  }
}
