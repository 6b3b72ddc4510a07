package io.psastream.connectwise.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The JSON of an item, as it came. Held as UTF-8, which takes half the memory of a string and is
 * what will be written.
 */
public final class JsonText {

  private final byte[] utf8;

  /**
   * @param utf8 the text; not to be changed afterwards
   */
  public JsonText(byte[] utf8) {
    this.utf8 = utf8;
  }

  static JsonText of(String text) {
    return new JsonText(text.getBytes(UTF_8));
  }

  /** The object of these texts and numbers. */
  public static JsonText of(Map<String, ?> fields) {
    Map<String, Object> members = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> members.put(name, value instanceof String text ? quoted(text) : value));
    return ofMembers(members);
  }

  private static String quoted(String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /** The object of members whose values are JSON already. */
  public static JsonText ofMembers(Map<String, ?> members) {
    StringBuilder text = new StringBuilder("{");
    members.forEach(
        (name, value) -> {
          text.append(text.length() > 1 ? ",\"" : "\"");
          JsonStringEncoder.getInstance().quoteAsString(name, text);
          text.append("\":").append(value);
        });
    return of(text.append('}').toString());
  }

  /** The text as UTF-8; not to be changed. */
  public byte[] utf8() {
    return utf8;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonText text && Arrays.equals(utf8, text.utf8);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(utf8);
  }

  @Override
  public String toString() {
    return new String(utf8, UTF_8);
  }
}
