package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.config.Query;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/** Turns the items of one query into records: key, value, headers, timestamp. */
final class RecordMapper {

  static final String OPERATION_HEADER = "connectwise.operation.id";
  static final String SITE_HEADER = "connectwise.site";

  private final Query query;
  private final Map<String, String> partition;

  RecordMapper(Query query, Map<String, String> partition) {
    this.query = query;
    this.partition = partition;
  }

  SourceRecord record(Item item, Map<String, Object> offset) {
    SchemaAndValue key = key(item);
    return new SourceRecord(
        partition,
        offset,
        query.topic(),
        null,
        key.schema(),
        key.value(),
        null,
        item.content(),
        item.lastUpdated().map(Instant::toEpochMilli).orElse(null),
        headers(item));
  }

  private ConnectHeaders headers(Item item) {
    ConnectHeaders headers = new ConnectHeaders();
    headers.addString(OPERATION_HEADER, query.operation().id());
    headers.addString(SITE_HEADER, partition.get(SourcePartition.SITE));
    item.headers().forEach(headers::addString);
    return headers;
  }

  private SchemaAndValue key(Item item) {
    List<String> fields = query.keyFields();
    if (fields.isEmpty()) {
      return item.id().isPresent()
          ? new SchemaAndValue(Schema.INT64_SCHEMA, item.id().getAsLong())
          : SchemaAndValue.NULL;
    }
    if (fields.size() == 1) {
      return new SchemaAndValue(null, field(item.content(), fields.get(0)));
    }
    Map<String, Object> key = new LinkedHashMap<>();
    fields.forEach(field -> key.put(field, field(item.content(), field)));
    return new SchemaAndValue(null, key);
  }

  /** The value at a path such as {@code company/id}; null where there is none. */
  private static Object field(Object content, String path) {
    Object at = content;
    for (String name : path.split("/", -1)) {
      at = at instanceof Map<?, ?> fields ? fields.get(name) : null;
    }
    return at;
  }
}
