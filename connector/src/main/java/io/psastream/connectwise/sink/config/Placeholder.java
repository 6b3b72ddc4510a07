package io.psastream.connectwise.sink.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/**
 * What Debezium writes in the place of a value that the database did not tell it: its {@code
 * unavailable.value.placeholder}, as each type of a column can hold it (debezium.io/documentation).
 */
public final class Placeholder {

  /** What Debezium writes unless it is told otherwise. */
  static final String USUAL = "__debezium_unavailable_value";

  private static final String HEX = "hex:";

  /** It as text, as an id, and as bytes in each {@code binary.handling.mode}. */
  private final Set<String> texts;

  private final byte[] bytes;

  private Placeholder(Set<String> texts, byte[] bytes) {
    this.texts = texts;
    this.bytes = bytes;
  }

  /**
   * The placeholder of a setting, which gives bytes where it begins with {@code hex:}.
   *
   * @throws IllegalArgumentException when these are no bytes
   */
  static Placeholder of(String setting) {
    HexFormat hex = HexFormat.of();
    byte[] bytes =
        setting.startsWith(HEX)
            ? hex.parseHex(setting, HEX.length(), setting.length())
            : setting.getBytes(UTF_8);
    if (bytes.length == 0) {
      throw new IllegalArgumentException("is empty");
    }
    Set<String> texts = new HashSet<>();
    texts.add(new String(bytes, UTF_8));
    texts.add(UUID.nameUUIDFromBytes(bytes).toString());
    texts.add(hex.formatHex(bytes));
    texts.add(Base64.getEncoder().encodeToString(bytes));
    texts.add(Base64.getUrlEncoder().encodeToString(bytes));
    return new Placeholder(Set.copyOf(texts), bytes);
  }

  /**
   * Whether a value is the placeholder: alone, in an array, spelled by one, or the key of a map.
   */
  public boolean is(JsonNode value) {
    if (value.isArray()) {
      return (value.size() == 1 && is(value.get(0))) || isSpelledBy(value);
    }
    return value.isObject()
        ? value.size() == 1 && texts.contains(value.fieldNames().next())
        : (value.isTextual() || value.isBinary()) && texts.contains(value.asText());
  }

  private boolean isSpelledBy(JsonNode numbers) {
    if (numbers.size() != bytes.length || bytes.length < 2) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (!numbers.get(i).isIntegralNumber() || numbers.get(i).longValue() != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
