package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.data.ConnectToJson.Nulls;
import io.psastream.connectwise.data.Numbers;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.sink.body.ItemModel;
import io.psastream.connectwise.sink.config.Placeholder;
import io.psastream.connectwise.template.Template;
import io.psastream.connectwise.template.Template.Expression;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record as templates see it. What an expression refers to is converted to JSON on first use;
 * what is missing is a {@link DataException} that names the expression and quotes no content.
 */
final class RecordView {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** As {@code delete.tombstone.handling.mode=rewrite} adds it, text in every case. */
  private static final String DELETED = "__deleted";

  private final SinkRecord record;
  private final boolean wrapped;
  private final Nulls nulls;
  private final Placeholder placeholder;
  private JsonNode key;
  private JsonNode value;

  private RecordView(SinkRecord record, boolean wrapped, Nulls nulls, Placeholder placeholder) {
    this.record = record;
    this.wrapped = wrapped;
    this.nulls = nulls;
    this.placeholder = placeholder;
  }

  /** A record whose value stands for itself. */
  static RecordView of(SinkRecord record, Nulls nulls, Placeholder placeholder) {
    return new RecordView(record, false, nulls, placeholder);
  }

  /** A change event, of which this is the value. */
  static RecordView of(SinkRecord record, ChangeEvent event, Placeholder placeholder) {
    RecordView view = new RecordView(record, true, Nulls.LEFT_OUT, placeholder);
    view.value = event.value();
    return view;
  }

  /** What stands for a value that the record does not have. */
  Placeholder placeholder() {
    return placeholder;
  }

  /** Whether the source connector wrote the value, with a schema. */
  boolean typed() {
    return !wrapped && SchemaNames.isOurs(record.valueSchema());
  }

  /** The template with every expression replaced; {@code item} is what {@code ${item}} means. */
  String fill(Template template, JsonNode item) {
    return template.fill(expression -> text(template, expression, item));
  }

  /** What an expression gives as text. */
  String text(Expression expression, JsonNode item) {
    JsonNode node = below(inText(expression, item), expression);
    if (node.isContainerNode()) {
      throw new DataException(
          expression + " is " + ItemModel.kind(node) + "; name a single field of it");
    }
    return Numbers.text(node);
  }

  private String text(Template template, Expression expression, JsonNode item) {
    try {
      return text(expression, item);
    } catch (DataException e) {
      throw template.only().isPresent()
          ? e
          : new DataException(e.getMessage() + " in \"" + template + "\"", e);
    }
  }

  /** What an expression refers to, as JSON: never null and never missing. */
  JsonNode pick(Expression expression, JsonNode item) {
    return below(root(expression, item), expression);
  }

  private JsonNode below(JsonNode root, Expression expression) {
    JsonNode node = root;
    if (expression.source() != Template.Source.HEADER) {
      for (String name : expression.path()) {
        node = ConnectToJson.opened(node).path(name);
        if (node.isMissingNode() || placeholder.is(node)) {
          throw new DataException(
              "the record has no field \"" + name + "\" for the expression " + expression);
        }
      }
    }
    if (node.isNull() || node.isMissingNode() || placeholder.is(node)) {
      throw new DataException("the expression " + expression + " is null or missing in the record");
    }
    return node;
  }

  /** What an expression refers to, where the bytes of a value are a file and never JSON. */
  JsonNode file(Expression expression) {
    boolean whole = expression.path().isEmpty();
    if (whole && record.value() instanceof byte[] bytes) {
      return below(NODES.binaryNode(bytes), expression);
    }
    if (whole && record.value() instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return below(NODES.binaryNode(bytes), expression);
    }
    return pick(expression, MissingNode.getInstance());
  }

  /** A key or a header is text where text is asked for, even if it looks like JSON. */
  private JsonNode inText(Expression expression, JsonNode item) {
    return switch (expression.source()) {
      case KEY ->
          expression.path().isEmpty() && !structured(record.key())
              ? ConnectToJson.plain(record.keySchema(), record.key())
              : key();
      case HEADER -> header(expression.path().get(0));
      default -> root(expression, item);
    };
  }

  private JsonNode root(Expression expression, JsonNode item) {
    return switch (expression.source()) {
      case KEY -> key();
      case VALUE -> value();
      case ITEM -> item;
      case HEADER -> ConnectToJson.opened(header(expression.path().get(0)));
      case TOPIC -> NODES.textNode(record.topic());
      case PARTITION -> NODES.numberNode(record.originalKafkaPartition());
      case OFFSET -> NODES.numberNode(record.originalKafkaOffset());
      case TIMESTAMP -> NODES.numberNode(record.timestamp());
      case PARENT -> MissingNode.getInstance(); // no template of a sink has it
    };
  }

  private JsonNode key() {
    if (key == null) {
      JsonNode whole = ConnectToJson.document(record.keySchema(), record.key());
      key = wrapped ? ChangeEvent.payload(whole) : whole;
    }
    return key;
  }

  private JsonNode value() {
    if (value == null) {
      value = ConnectToJson.document(record.valueSchema(), record.value(), nulls);
    }
    return value;
  }

  private static boolean structured(Object value) {
    return value instanceof Struct || value instanceof Map<?, ?>;
  }

  /**
   * Refuses a value that says nothing but by its schema, such as what its numbers are. A
   * JsonConverter writes null for the schema of a value that has none.
   *
   * @throws DataException when the converter did not take the schema off
   */
  void refuseSchema() {
    if (!(record.value() instanceof Struct)
        && ChangeEvent.hasSchema(value())
        && (value().get("schema").isObject() || value().get("schema").isNull())) {
      throw new DataException(
          "its value is a \"schema\" and a \"payload\"; set"
              + " value.converter=org.apache.kafka.connect.json.JsonConverter and"
              + " value.converter.schemas.enable=true");
    }
  }

  /** Whether Debezium's ExtractNewRecordState says in the value that the row was deleted. */
  boolean deleted() {
    if (record.value() instanceof Struct struct && struct.schema().field(DELETED) == null) {
      return false;
    }
    return value().path(DELETED).asText().equalsIgnoreCase("true");
  }

  /** A header as text; empty where there is none. */
  String headerText(String name) {
    JsonNode node = header(name);
    return node.isNull() ? "" : node.asText().strip();
  }

  private JsonNode header(String name) {
    Header header = record.headers().lastWithName(name);
    if (header == null) {
      return MissingNode.getInstance();
    }
    if (header.value() instanceof BigDecimal number && number.scale() < 0) {
      throw new DataException(
          "its header \""
              + name
              + "\" is a number with an exponent, which Connect's SimpleHeaderConverter makes of"
              + " text such as 69203120e780; set"
              + " header.converter=org.apache.kafka.connect.storage.StringConverter");
    }
    return ConnectToJson.plain(header.schema(), header.value());
  }
}
