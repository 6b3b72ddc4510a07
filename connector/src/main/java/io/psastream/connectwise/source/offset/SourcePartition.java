package io.psastream.connectwise.source.offset;

import io.psastream.connectwise.config.ConnectionConfig;
import io.psastream.connectwise.source.config.Query;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What identifies a query to Connect's offset store: site, company, operation, and a fingerprint of
 * the options that say which items it returns. The alias is not in it, so a query keeps its place
 * when it is renamed, and neither is {@code fields}, which changes how items look but not which
 * they are.
 */
public final class SourcePartition {

  public static final String SITE = "site";
  static final String COMPANY = "company";
  static final String OPERATION = "operation";
  static final String OPTIONS = "options";

  /** In partitions that hold a chunk of the known ids of a query: its number. */
  public static final String IDS = "ids";

  private static final Set<String> KEYS = Set.of(SITE, COMPANY, OPERATION, OPTIONS);
  private static final List<String> SHAPE_ONLY = List.of("fields", "orderBy");
  private static final int FINGERPRINT_BYTES = 8;

  private SourcePartition() {}

  public static Map<String, String> of(ConnectionConfig connection, Query query) {
    return ordered(
        Map.of(
            SITE, site(connection.site()),
            COMPANY, connection.company().toLowerCase(Locale.ROOT),
            OPERATION, query.operation().id(),
            OPTIONS, fingerprint(query)));
  }

  /** The partition of a chunk of the query's known ids. */
  public static Map<String, String> chunk(Map<String, String> partition, int number) {
    Map<String, String> chunk = new TreeMap<>(partition);
    chunk.put(IDS, Integer.toString(number));
    return ordered(chunk);
  }

  /**
   * Connect looks an offset up by the bytes that its partition is serialized to, in the map's
   * order, and its own copies (when offsets are altered or reset) are HashMaps of the default
   * capacity. So is this one, filled one by one because copying in bulk would choose another
   * capacity; the order of Map.of would differ from JVM to JVM.
   */
  private static Map<String, String> ordered(Map<String, String> keys) {
    Map<String, String> ordered = new HashMap<>();
    keys.forEach(ordered::put);
    return Collections.unmodifiableMap(ordered);
  }

  /** Whether these are the keys of a partition of this connector. */
  public static boolean isOne(Map<String, ?> partition) {
    Set<String> keys = new HashSet<>(partition.keySet());
    keys.remove(IDS);
    return KEYS.equals(keys) && partition.values().stream().allMatch(String.class::isInstance);
  }

  /** The same for the browser's host and the API's. */
  static String site(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT).replaceFirst("^api-", "");
    return url.getPort() < 0 ? host : host + ":" + url.getPort();
  }

  private static String fingerprint(Query query) {
    Map<String, String> options = new TreeMap<>(query.options().path());
    options.putAll(query.options().query());
    SHAPE_ONLY.forEach(options::remove);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(options.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
