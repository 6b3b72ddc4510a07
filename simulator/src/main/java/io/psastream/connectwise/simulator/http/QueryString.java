package io.psastream.connectwise.simulator.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The query of a URL, decoded as the API does: a plus is a space (P13), names ignore case. */
final class QueryString {

  private QueryString() {}

  /** Decodes; fails with an IllegalArgumentException where an escape is broken. */
  static Map<String, String> decode(String raw) {
    Map<String, String> query = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        query.put(URLDecoder.decode(name, UTF_8), URLDecoder.decode(value, UTF_8));
      }
    }
    return Collections.unmodifiableMap(query);
  }

  /** Encodes the way the server does in its links: lower-case hex, plus for space. */
  static String encode(Map<String, String> query) {
    return query.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + lowerHex(URLEncoder.encode(entry.getValue(), UTF_8)))
        .collect(Collectors.joining("&"));
  }

  private static String lowerHex(String encoded) {
    StringBuilder text = new StringBuilder(encoded);
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        text.setCharAt(i + 1, Character.toLowerCase(text.charAt(i + 1)));
        text.setCharAt(i + 2, Character.toLowerCase(text.charAt(i + 2)));
      }
    }
    return text.toString();
  }
}
