package io.psastream.connectwise.data;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.psastream.connectwise.client.AnswerBody;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.SlicingParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Reads a report (docs/connectwise-api.md section 5), which is columnar, {@code
 * {"column_definitions": [{"Col": {…}}, …], "row_values": [[…], …]}}, as one item a row, an object
 * of values by column. Rows are passed on as they arrive; only where the columns come after them do
 * they wait.
 */
public final class ReportDecoder implements ItemDecoder<Item> {

  private final RowForm form;

  /** What a row becomes. */
  public enum RowForm {
    MAP,
    /** JSON text. */
    TEXT,
    /** A Struct with a map of JSON text: only the answer tells what columns there are. */
    TYPED,
    /** A Struct with the JSON text of the whole row, where there are to be no maps. */
    TYPED_TEXT
  }

  /** The schema of a row of any report. */
  public static final Schema ROW =
      row(SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA));

  private static final Schema ROW_TEXT =
      row(SchemaBuilder.string().name(SchemaNames.JSON).version(1));

  private static Schema row(SchemaBuilder cells) {
    return SchemaBuilder.struct()
        .name(SchemaNames.NAMESPACE + "ReportRow")
        .version(1)
        .field("cells", cells.optional().build())
        .build();
  }

  public ReportDecoder(RowForm form) {
    this.form = form;
  }

  @Override
  public Media media() {
    return Media.JSON;
  }

  @Override
  public boolean decode(AnswerBody body, Consumer<? super Item> items) throws IOException {
    try (SlicingParser json = body.slices()) {
      return AnswerBody.eachValue(json.parser(), () -> new RowReader(json, items).report());
    }
  }

  /** The reading of one report. */
  private final class RowReader {

    private final SlicingParser json;
    private final JsonParser parser;
    private final Consumer<? super Item> items;
    private final List<List<Object>> waiting = new ArrayList<>();
    private Optional<List<String>> columns = Optional.empty();

    RowReader(SlicingParser json, Consumer<? super Item> items) {
      this.json = json;
      this.parser = json.parser();
      this.items = items;
    }

    void report() throws IOException {
      expect(JsonToken.START_OBJECT);
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        boolean array = parser.nextToken() == JsonToken.START_ARRAY;
        if (array && name.equalsIgnoreCase("column_definitions")) {
          columns = Optional.of(columns());
          waiting.forEach(this::send);
          waiting.clear();
        } else if (array && name.equalsIgnoreCase("row_values")) {
          rows();
        } else {
          parser.skipChildren();
        }
      }
      if (!waiting.isEmpty()) {
        throw new JsonParseException(parser, "rows without columns");
      }
    }

    private List<String> columns() throws IOException {
      List<String> names = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        expect(JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          names.add(parser.currentName());
          parser.nextToken();
          parser.skipChildren();
        }
      }
      return names;
    }

    private void rows() throws IOException {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        expect(JsonToken.START_ARRAY);
        List<Object> cells = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          cells.add(cell());
        }
        if (columns.isPresent()) {
          send(cells);
        } else {
          waiting.add(cells);
        }
      }
    }

    private Object cell() throws IOException {
      return switch (form) {
        case MAP -> SchemalessDecoder.value(parser);
        case TEXT, TYPED_TEXT -> json.text();
        case TYPED -> parser.currentToken() == JsonToken.VALUE_NULL ? null : json.text();
      };
    }

    private void expect(JsonToken token) throws IOException {
      if (parser.currentToken() != token) {
        throw new JsonParseException(parser, "not a report");
      }
    }

    private void send(List<Object> cells) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 0; i < cells.size(); i++) {
        List<String> names = columns.orElseThrow();
        row.put(i < names.size() ? names.get(i) : "column" + (i + 1), cells.get(i));
      }
      items.accept(new Item(OptionalLong.empty(), Optional.empty(), content(row)));
    }
  }

  private Object content(Map<String, Object> row) {
    return switch (form) {
      case MAP -> row;
      case TEXT -> JsonText.ofMembers(row);
      case TYPED_TEXT ->
          new Struct(ROW_TEXT).put("cells", JsonText.ofMembers(row).toString().replace("\0", ""));
      case TYPED -> new Struct(ROW).put("cells", row);
    };
  }
}
