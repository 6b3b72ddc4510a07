package io.psastream.connectwise.sink.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.PathTemplate;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.sink.report.Report.Problem;
import io.psastream.connectwise.sink.report.Report.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The text of reports: one JSON object each, whatever converters the connector has, and keys as
 * docs/sink.md describes them. Pure.
 */
final class ReportText {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportText() {}

  /** The bytes of a record's key: bytes and text as they are, the rest as JSON. */
  static byte[] key(SinkRecord record) {
    Object key = record.key();
    if (key == null) {
      return null;
    }
    if (key instanceof byte[] bytes) {
      return bytes;
    }
    if (key instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    return key instanceof String text
        ? text.getBytes(StandardCharsets.UTF_8)
        : bytes(keyTree(record));
  }

  /**
   * The report in full; without the items and the body where that would be more than so many bytes.
   */
  static byte[] value(Report report, int mostBytes) {
    byte[] whole = bytes(tree(report, true));
    return whole.length <= mostBytes ? whole : bytes(tree(report, false));
  }

  private static ObjectNode tree(Report report, boolean whole) {
    SinkRecord record = report.record();
    ObjectNode tree =
        NODES
            .objectNode()
            .put("topic", record.originalTopic())
            .put("partition", record.originalKafkaPartition())
            .put("offset", record.originalKafkaOffset())
            .put("timestamp", record.timestamp());
    tree.set("key", keyTree(record));
    tree.put("outcome", report.verdict().name().toLowerCase(Locale.ROOT));
    report.reply().ifPresent(reply -> addReply(tree, reply, whole));
    report.problem().ifPresent(problem -> tree.set("error", error(problem)));
    if (report.verdict() == Verdict.UNSENT) {
      report.reply().flatMap(it -> it.call().body()).ifPresent(body -> add(tree, body, whole));
    }
    return tree;
  }

  private static JsonNode keyTree(SinkRecord record) {
    try {
      return ConnectToJson.plain(record.keySchema(), record.key());
    } catch (DataException e) {
      // A key that JSON cannot say, such as NaN.
      return NullNode.getInstance();
    }
  }

  private static void addReply(ObjectNode tree, Reply reply, boolean whole) {
    tree.put("operation", reply.call().operation().id())
        .put("method", reply.call().operation().method().name())
        .put("path", path(reply.call()));
    reply.status().ifPresent(status -> tree.put("status", status));
    if (reply.blank()) {
      tree.put("blank", true);
    }
    if (whole) {
      tree.set("items", NODES.arrayNode().addAll(reply.items()));
    } else {
      tree.put("itemsLeftOut", reply.items().size());
    }
    tree.put("attempts", reply.stats().attempts())
        .put("durationMs", reply.stats().duration().toMillis());
  }

  /** With its parameters, unless a look-up was to give one and found nothing. */
  private static String path(Call call) {
    PathTemplate template = call.operation().path();
    boolean complete = call.path().keySet().containsAll(template.parameters());
    return complete ? template.expand(call.path()) : template.toString();
  }

  private static void add(ObjectNode tree, JsonNode body, boolean whole) {
    if (whole) {
      tree.set("body", body);
    } else {
      tree.put("bodyLeftOut", true);
    }
  }

  private static ObjectNode error(Problem problem) {
    ObjectNode error = NODES.objectNode().put("reason", problem.reason());
    problem.failure().ifPresent(failure -> addFailure(error, failure));
    return error;
  }

  private static void addFailure(ObjectNode error, Failure failure) {
    error.put("kind", failure.kind().name().toLowerCase(Locale.ROOT));
    failure.code().ifPresent(code -> error.put("code", code));
    failure.message().ifPresent(message -> error.put("message", message));
    failure.requestId().ifPresent(id -> error.put("requestId", id));
    ArrayNode fields = error.putArray("fields");
    failure
        .details()
        .forEach(
            detail -> {
              ObjectNode field = fields.addObject();
              detail.field().ifPresent(name -> field.put("field", name));
              detail.code().ifPresent(code -> field.put("code", code));
              detail.message().ifPresent(message -> field.put("message", message));
            });
  }

  private static byte[] bytes(JsonNode tree) {
    try {
      return JSON.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree has no text", e);
    }
  }
}
