package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.client.Upload;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.connect.errors.DataException;

/**
 * The form that uploads a file: of an object whose field {@code file} has the bytes, or the bytes
 * in base64 where the record is JSON; or of the bytes alone, with the other fields in the options.
 */
public final class FileForm {

  private FileForm() {}

  /**
   * The form of an item.
   *
   * @param options the fields that the options give; those of the item count less
   * @throws DataException when there is no file in it, and no url in its place
   */
  public static ObjectNode of(JsonNode item, Map<String, String> options) {
    ObjectNode form = JsonNodeFactory.instance.objectNode();
    if (item.isBinary()) {
      form.set(Upload.FILE, item);
    } else if (item.isObject()) {
      item.properties().forEach(field -> add(form, field.getKey(), field.getValue()));
    } else {
      throw new DataException(
          "an upload takes an object with a field \"file\", or bytes, not " + ItemModel.kind(item));
    }
    options.forEach(form::put);
    if (!form.has(Upload.FILE) && !form.has("url")) {
      throw new DataException("there is nothing to upload: neither a field \"file\" nor a \"url\"");
    }
    return form;
  }

  private static void add(ObjectNode form, String name, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    if (name.equals(Upload.FILE)) {
      form.put(name, bytes(value));
    } else if (value.isValueNode()) {
      form.put(name, value.asText());
    } else {
      throw new DataException(
          "the field \""
              + name
              + "\" of an upload is "
              + ItemModel.kind(value)
              + "; the fields besides the file are texts, numbers and flags");
    }
  }

  private static byte[] bytes(JsonNode value) {
    try {
      return value.isBinary()
          ? Base64.getDecoder().decode(value.asText())
          : Base64.getMimeDecoder().decode(checked(value));
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "the field \"file\" of an upload is not base64"); // no cause: it quotes
    }
  }

  private static String checked(JsonNode value) {
    String text = value.asText();
    boolean base64 = value.isTextual() && text.matches("[A-Za-z0-9+/=\\s]*");
    if (!base64) {
      throw new IllegalArgumentException();
    }
    return text;
  }
}
