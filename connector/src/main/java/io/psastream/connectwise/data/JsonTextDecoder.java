package io.psastream.connectwise.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.psastream.connectwise.client.AnswerBody;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.SlicingParser;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Gives each item as {@link JsonText}, byte by byte as ConnectWise sent it, and looks into it for
 * no more than the id and who changed it when. NUL characters are escapes in that text and stay
 * (P28).
 */
public final class JsonTextDecoder implements ItemDecoder<Item> {

  private final LastUpdated times;

  public JsonTextDecoder(LastUpdated times) {
    this.times = times;
  }

  @Override
  public Media media() {
    return Media.JSON;
  }

  @Override
  public boolean decode(AnswerBody body, Consumer<? super Item> items) throws IOException {
    ItemScanner scanner = new ItemScanner(body.utf8(), times);
    if (scanner.eachItem(items)) {
      return true;
    }
    try (SlicingParser json = scanner.rest()) {
      return decode(json, items);
    }
  }

  /** Reads a body, or what is left of it, by a parser alone. */
  boolean decode(SlicingParser json, Consumer<? super Item> items) throws IOException {
    return AnswerBody.eachValue(json.parser(), () -> items.accept(new Scan(json).item()));
  }

  /** The reading of one item by a parser. */
  private final class Scan {

    private final SlicingParser json;
    private final JsonParser parser;
    private OptionalLong id = OptionalLong.empty();
    private Optional<Instant> lastUpdated = Optional.empty();
    private Optional<String> updatedBy = Optional.empty();

    Scan(SlicingParser json) {
      this.json = json;
      this.parser = json.parser();
    }

    Item item() throws IOException {
      json.begin();
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        fields();
      } else {
        parser.skipChildren();
      }
      return new Item(id, lastUpdated, updatedBy, Map.of(), new JsonText(json.end()));
    }

    private void fields() throws IOException {
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (name.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
          id = SchemalessDecoder.longValue(parser);
        } else if (name.equals("_info") && value == JsonToken.START_OBJECT) {
          info();
        } else {
          parser.skipChildren();
        }
      }
    }

    private void info() throws IOException {
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (value != JsonToken.VALUE_STRING) {
          parser.skipChildren();
        } else if (name.equals("lastUpdated")) {
          lastUpdated = times.in(parser.getText());
        } else if (name.equals("updatedBy")) {
          updatedBy = Optional.of(parser.getText());
        }
      }
    }
  }
}
