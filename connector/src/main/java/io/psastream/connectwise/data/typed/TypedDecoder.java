package io.psastream.connectwise.data.typed;

import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.AnswerBody;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.SlicingParser;
import io.psastream.connectwise.data.LastUpdated;
import io.psastream.connectwise.data.typed.Shape.Fields;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;

/**
 * Reads items into Structs, straight from the stream: the schema is built once, and of the JSON
 * nothing is made but the values that the Struct holds.
 */
public final class TypedDecoder implements ItemDecoder<Item> {

  private final String operation;
  private final Fields shape;
  private final TypedForm form;
  private final LastUpdated times;
  private final CustomFieldFlattener customFields;

  public TypedDecoder(Catalog catalog, Operation operation, TypedForm form, LastUpdated times) {
    this.operation = operation.id();
    this.shape = new Shapes(catalog, form).item(operation);
    this.form = form;
    this.times = times;
    this.customFields = new CustomFieldFlattener(form.flattened());
  }

  /** The schema of every item. */
  public Schema schema() {
    return shape.schema();
  }

  @Override
  public Media media() {
    return Media.JSON;
  }

  @Override
  public boolean decode(AnswerBody body, Consumer<? super Item> items) throws IOException {
    try (SlicingParser json = body.slices()) {
      return AnswerBody.eachValue(json.parser(), () -> items.accept(item(json)));
    }
  }

  private Item item(SlicingParser json) throws IOException {
    boolean object = json.parser().currentToken() == JsonToken.START_OBJECT;
    JsonStreamContext at = json.parser().getParsingContext();
    JsonStreamContext around = object ? at.getParent() : at;
    Extra extra = new Extra(json, form, operation, around.inArray());
    ItemReading reading = new ItemReading(json, extra, times);
    return object ? reading.item(shape, customFields) : reading.noObject(shape);
  }
}
