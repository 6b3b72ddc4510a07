package io.psastream.connectwise.callbacks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;

/**
 * What a callback is registered for. Two entries that are equal are one for ConnectWise, too, which
 * refuses the second (P33).
 *
 * @param type the kind of item, such as {@code ticket}
 * @param level {@code owner} for all items, or what {@code objectId} is the id of
 * @param url the address, to which ConnectWise adds the id of the item
 */
record Entry(String type, String level, long objectId, String url) {

  /** docs/connectwise-api.md section 8. */
  private static final Set<String> TYPES =
      Set.of(
          "activity",
          "agreement",
          "company",
          "contact",
          "configuration",
          "invoice",
          "expense",
          "member",
          "opportunity",
          "productcatalog",
          "project",
          "purchaseorder",
          "schedule",
          "site",
          "ticket",
          "time");

  /** The id that belongs to {@code owner}; the server makes one of 0 (P33). */
  private static final long ALL = 1;

  /**
   * What a word of {@code callback.types} asks for: {@code ticket}, or {@code ticket:board:12}.
   *
   * @throws ConfigException when it asks for nothing that there is
   */
  static Entry of(String word, String url) {
    String[] parts = word.strip().toLowerCase(Locale.ROOT).split(":", -1);
    boolean fine =
        TYPES.contains(parts[0])
            && (parts.length == 1
                || (parts.length == 3
                    && parts[1].matches("[a-z]+")
                    && parts[2].matches("[1-9]\\d{0,8}")));
    if (!fine) {
      throw new ConfigException(
          Settings.TYPES,
          word,
          "expected a type, or type:level:id such as ticket:board:12; the types are "
              + String.join(", ", TYPES.stream().sorted().toList()));
    }
    return parts.length == 1
        ? new Entry(parts[0], "owner", ALL, url)
        : new Entry(parts[0], parts[1], Long.parseLong(parts[2]), url);
  }

  static Entry of(JsonNode item) {
    long id = item.path("objectId").asLong();
    return new Entry(
        item.path("type").asText().toLowerCase(Locale.ROOT),
        item.path("level").asText().toLowerCase(Locale.ROOT),
        id == 0 ? ALL : id,
        item.path("url").asText());
  }

  /** The body that registers it; the description says whose it is. */
  ObjectNode body(String mark) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("description", mark)
        .put("url", url)
        .put("objectId", objectId)
        .put("type", type)
        .put("level", level)
        .put("inactiveFlag", false);
  }

  @Override
  public String toString() {
    return level.equals("owner") ? type : type + ":" + level + ":" + objectId;
  }
}
