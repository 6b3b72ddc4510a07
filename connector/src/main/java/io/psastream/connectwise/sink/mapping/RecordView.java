package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.sink.body.ItemModel;
import io.psastream.connectwise.template.Template;
import io.psastream.connectwise.template.Template.Expression;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record as templates see it. What an expression refers to is converted to JSON on first use;
 * what is missing is a {@link DataException} that names the expression and quotes no content.
 */
final class RecordView {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final SinkRecord record;
  private final boolean wrapped;
  private JsonNode key;
  private JsonNode value;

  private RecordView(SinkRecord record, boolean wrapped) {
    this.record = record;
    this.wrapped = wrapped;
  }

  /** A record whose value stands for itself. */
  static RecordView of(SinkRecord record) {
    return new RecordView(record, false);
  }

  /** A change event, of which this is the value. */
  static RecordView of(SinkRecord record, ChangeEvent event) {
    RecordView view = new RecordView(record, true);
    view.value = event.value();
    return view;
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
    JsonNode node = pick(expression, item);
    if (node.isContainerNode()) {
      throw new DataException(
          expression + " is " + ItemModel.kind(node) + "; name a single field of it");
    }
    return node.isNumber() ? node.decimalValue().toPlainString() : node.asText();
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

  /** What an expression refers to: never null and never missing. */
  JsonNode pick(Expression expression, JsonNode item) {
    JsonNode node = root(expression, item);
    if (expression.source() != Template.Source.HEADER) {
      for (String name : expression.path()) {
        node = node.path(name);
        if (node.isMissingNode()) {
          throw new DataException(
              "the record has no field \"" + name + "\" for the expression " + expression);
        }
      }
    }
    if (node.isNull() || node.isMissingNode()) {
      throw new DataException("the expression " + expression + " is null or missing in the record");
    }
    return node;
  }

  /** What an expression refers to, where the bytes of a value are a file and never JSON. */
  JsonNode file(Expression expression) {
    boolean whole = expression.path().isEmpty();
    if (whole && record.value() instanceof byte[] bytes) {
      return NODES.binaryNode(bytes);
    }
    if (whole && record.value() instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return NODES.binaryNode(bytes);
    }
    return pick(expression, MissingNode.getInstance());
  }

  private JsonNode root(Expression expression, JsonNode item) {
    return switch (expression.source()) {
      case KEY -> key();
      case VALUE -> value();
      case ITEM -> item;
      case HEADER -> header(expression.path().get(0));
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
      value = ConnectToJson.document(record.valueSchema(), record.value());
    }
    return value;
  }

  /** A header as text; empty where there is none. */
  String headerText(String name) {
    JsonNode node = header(name);
    return node.isNull() ? "" : node.asText().strip();
  }

  private JsonNode header(String name) {
    Header header = record.headers().lastWithName(name);
    return header == null
        ? MissingNode.getInstance()
        : ConnectToJson.document(header.schema(), header.value());
  }
}
