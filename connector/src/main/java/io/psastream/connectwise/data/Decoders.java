package io.psastream.connectwise.data;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.ItemDecoder.Media;

/** Which decoder an operation's answers need. */
public final class Decoders {

  private Decoders() {}

  /** For items as maps, lists and scalars without a schema. */
  public static ItemDecoder<Item> schemaless(Operation operation) {
    return of(operation, new SchemalessDecoder(), false);
  }

  /** For items as JSON text. */
  public static ItemDecoder<Item> jsonText(Operation operation) {
    return of(operation, new JsonTextDecoder(), true);
  }

  private static ItemDecoder<Item> of(
      Operation operation, ItemDecoder<Item> values, boolean asText) {
    return switch (operation.answer()) {
      case BINARY -> new FileDecoder(Media.FILE);
      case HTML -> new FileDecoder(Media.PAGE);
      case REPORT -> new ReportDecoder(asText);
      case LIST, SINGLE, COUNT, BLANK -> values;
    };
  }
}
