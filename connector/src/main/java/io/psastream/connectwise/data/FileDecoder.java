package io.psastream.connectwise.data;

import io.psastream.connectwise.client.AnswerBody;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Reads a file: its bytes are the content, its name and its type are headers, and the id in the
 * path of the call, as in {@code /system/documents/5/download}, is its id.
 */
public final class FileDecoder implements ItemDecoder<Item> {

  static final String NAME_HEADER = "connectwise.file.name";
  static final String TYPE_HEADER = "connectwise.content.type";

  private static final Pattern ID = Pattern.compile("\\d{1,18}");

  private final Media media;

  public FileDecoder(Media media) {
    this.media = media;
  }

  @Override
  public Media media() {
    return media;
  }

  @Override
  public boolean decode(AnswerBody body, Consumer<? super Item> items) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    body.fileName().ifPresent(name -> headers.put(NAME_HEADER, name));
    body.contentType().ifPresent(type -> headers.put(TYPE_HEADER, type));
    items.accept(new Item(id(body), Optional.empty(), Optional.empty(), headers, body.bytes()));
    return true;
  }

  private static OptionalLong id(AnswerBody body) {
    String id = body.path().getOrDefault("id", "");
    return ID.matcher(id).matches() ? OptionalLong.of(Long.parseLong(id)) : OptionalLong.empty();
  }
}
