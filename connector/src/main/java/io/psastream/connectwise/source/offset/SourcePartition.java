package io.psastream.connectwise.source.offset;

import io.psastream.connectwise.config.ConnectionConfig;
import io.psastream.connectwise.source.config.Query;
import java.net.URI;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The key of a query in Connect's offset store: site, company, and what the query selects ({@link
 * Query#scope}). The alias is not part of it, so a query keeps its offset when it is renamed.
 */
public final class SourcePartition {

  public static final String SITE = "site";
  static final String COMPANY = "company";
  static final String OPERATION = "operation";
  static final String OPTIONS = "options";

  /** The number of the chunk, in partitions of known ids only. */
  public static final String IDS = "ids";

  /** What else is stored of a query, in the partitions of that only. */
  public static final String STATE = "state";

  private static final String PAUSE = "pause";
  private static final String NOTIFICATION = "notification";

  private static final Set<String> KEYS = Set.of(SITE, COMPANY, OPERATION, OPTIONS);

  private SourcePartition() {}

  public static Map<String, String> of(ConnectionConfig connection, Query query) {
    return of(connection, query.scope());
  }

  /** The partitions that the query may have had before ({@link Query#formerScopes}). */
  public static List<Map<String, String>> former(ConnectionConfig connection, Query query) {
    return query.formerScopes().stream().map(scope -> of(connection, scope)).toList();
  }

  private static Map<String, String> of(ConnectionConfig connection, Query.Scope scope) {
    return ordered(
        Map.of(
            SITE, site(connection.site()),
            COMPANY, connection.company().toLowerCase(Locale.ROOT),
            OPERATION, scope.operation(),
            OPTIONS, scope.options()));
  }

  /** The partition that stores whether the query is paused. */
  public static Map<String, String> pause(Map<String, String> partition) {
    return state(partition, PAUSE);
  }

  /** The partition of notifications, of which nothing has to be stored. */
  public static Map<String, String> notification(Map<String, String> partition) {
    return state(partition, NOTIFICATION);
  }

  /** Whether a partition is that of notifications. */
  public static boolean isNotification(Map<String, ?> partition) {
    return NOTIFICATION.equals(partition.get(STATE));
  }

  private static Map<String, String> state(Map<String, String> partition, String what) {
    Map<String, String> state = new TreeMap<>(partition);
    state.put(STATE, what);
    return ordered(state);
  }

  /** The partition of a chunk of the query's known ids. */
  public static Map<String, String> chunk(Map<String, String> partition, int number) {
    Map<String, String> chunk = new TreeMap<>(partition);
    chunk.put(IDS, Integer.toString(number));
    return ordered(chunk);
  }

  /**
   * Connect looks an offset up by the serialized bytes of its partition, which follow the order of
   * the map. Connect's own copies (when offsets are altered or reset) are HashMaps of the default
   * capacity, so this is one too: filled entry by entry, because a bulk copy would choose another
   * capacity. The order of {@code Map.of} differs from JVM to JVM.
   */
  private static Map<String, String> ordered(Map<String, String> keys) {
    Map<String, String> ordered = new HashMap<>();
    keys.forEach(ordered::put);
    return Collections.unmodifiableMap(ordered);
  }

  /** Whether this is a partition of this connector. */
  public static boolean isValid(Map<String, ?> partition) {
    if (partition == null) {
      return false;
    }
    Set<String> keys = new HashSet<>(partition.keySet());
    if (!keys.remove(IDS)) {
      keys.remove(STATE);
    }
    return KEYS.equals(keys) && partition.values().stream().allMatch(String.class::isInstance);
  }

  /** Whether a partition is that of a query, or of a chunk of its known ids. */
  public static boolean isOf(Map<String, ?> partition, Map<String, String> query) {
    Map<String, Object> rest = new HashMap<>(partition);
    Object number = rest.remove(IDS);
    if (number == null && rest.containsKey(STATE)) {
      return Set.of(PAUSE, NOTIFICATION).contains(rest.remove(STATE)) && rest.equals(query);
    }
    return rest.equals(query) && (number == null || isChunkNumber(number.toString()));
  }

  private static boolean isChunkNumber(String text) {
    return text.matches("\\d{1,9}") && Integer.parseInt(text) < KnownIds.CHUNKS;
  }

  /** The host, without the prefix by which the API's host differs from the browser's. */
  static String site(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT).replaceFirst("^api-", "");
    return url.getPort() < 0 ? host : host + ":" + url.getPort();
  }
}
