package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.ItemDecoder.Media;
import io.psastream.connectwise.data.FileDecoder;
import io.psastream.connectwise.data.JsonTextDecoder;
import io.psastream.connectwise.data.LastUpdated;
import io.psastream.connectwise.data.ReportDecoder;
import io.psastream.connectwise.data.SchemalessDecoder;
import io.psastream.connectwise.data.typed.TypedDecoder;
import io.psastream.connectwise.data.typed.TypedForm;
import io.psastream.connectwise.data.typed.TypedForm.InfoFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/** The decoders for the answers of the operations of one task. */
final class Decoders {

  /** So many Structs are made at a time: of tickets a megabyte and a half. */
  static final int STRUCTS = 250;

  private final LastUpdated times = new LastUpdated();

  /** For items as maps, lists and scalars without a schema. */
  ItemDecoder<Item> schemaless(Operation operation) {
    return of(operation, new SchemalessDecoder(times), ReportDecoder.RowForm.MAP);
  }

  /** For items as JSON text. */
  ItemDecoder<Item> jsonText(Operation operation) {
    return of(operation, new JsonTextDecoder(times), ReportDecoder.RowForm.TEXT);
  }

  /** For items that wait as JSON text until {@link #structs} makes Structs of them. */
  ItemDecoder<Item> typed(Operation operation, TypedForm form) {
    return of(
        operation,
        new JsonTextDecoder(times),
        form.info() == InfoFormat.MAP
            ? ReportDecoder.RowForm.TYPED
            : ReportDecoder.RowForm.TYPED_TEXT);
  }

  /** Gives items that {@link #typed} has decoded the schema of the catalogue. */
  static Finish structs(Catalog catalog, Operation operation, TypedForm form) {
    return switch (operation.answer()) {
      case BINARY, HTML, REPORT -> Finish.NONE; // their decoders do so
      case LIST, SINGLE, COUNT, BLANK ->
          new Finish(new TypedDecoder(catalog, operation, form)::structs, STRUCTS);
    };
  }

  /**
   * What becomes of items when they are sent; until then they wait as they were read.
   *
   * @param whole gives them the content of their records
   * @param most how many to send at a time. Those that a collector finds it has to copy, object by
   *     object where they are Structs.
   */
  record Finish(UnaryOperator<List<Item>> whole, int most) {
    static final Finish NONE = new Finish(UnaryOperator.identity(), Integer.MAX_VALUE);
  }

  private static ItemDecoder<Item> of(
      Operation operation, ItemDecoder<Item> values, ReportDecoder.RowForm rows) {
    return switch (operation.answer()) {
      case BINARY -> new FileDecoder(Media.FILE);
      case HTML -> new FileDecoder(Media.PAGE);
      case REPORT -> new ReportDecoder(rows);
      case LIST, SINGLE, COUNT, BLANK -> values;
    };
  }
}
