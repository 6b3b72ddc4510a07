package io.psastream.connectwise.data.typed;

import com.fasterxml.jackson.core.JsonToken;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.SlicingParser;
import io.psastream.connectwise.data.JsonText;
import io.psastream.connectwise.data.typed.Shape.Fields;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Makes Structs of items that were read as {@link JsonText}: the schema is built once, and of the
 * JSON nothing is made but the values that the Struct holds.
 */
public final class TypedDecoder {

  private static final byte[] BEFORE = {' '};

  private final String operation;
  private final Fields shape;
  private final TypedForm form;
  private final CustomFieldFlattener customFields;

  public TypedDecoder(Catalog catalog, Operation operation, TypedForm form) {
    this.operation = operation.id();
    this.shape = new Shapes(catalog, form).item(operation);
    this.form = form;
    this.customFields = new CustomFieldFlattener(form.flattened());
  }

  /** The schema of every item. */
  public Schema schema() {
    return shape.schema();
  }

  /**
   * The same items, each with a Struct instead of its text.
   *
   * @param texts with {@link JsonText} that a parser has gone over without complaint
   * @throws DataException where {@code unknown.fields=fail} and an item has such a field
   */
  public List<Item> structs(List<Item> texts) {
    List<InputStream> parts = new ArrayList<>(2 * texts.size());
    for (Item text : texts) {
      // Before the first as well, since a parser guesses the encoding by what a text begins with.
      parts.add(new ByteArrayInputStream(BEFORE));
      parts.add(new ByteArrayInputStream(((JsonText) text.content()).utf8()));
    }
    List<Item> items = new ArrayList<>(texts.size());
    try (SlicingParser json =
        new SlicingParser(new SequenceInputStream(Collections.enumeration(parts)))) {
      for (Item text : texts) {
        items.add(text.with(struct(json, text.id())));
      }
    } catch (IOException e) {
      // Neither the parser's message nor the cause goes further, since it may quote an item.
      throw new IllegalStateException(
          "An item of "
              + operation
              + " was read once and cannot be read again: "
              + e.getClass().getSimpleName());
    }
    return items;
  }

  private Struct struct(SlicingParser json, OptionalLong id) throws IOException {
    boolean object = json.parser().nextToken() == JsonToken.START_OBJECT;
    ItemReading reading = new ItemReading(json.parser(), new Extra(json, form, operation, id));
    return object ? reading.item(shape, customFields) : reading.noObject(shape);
  }
}
