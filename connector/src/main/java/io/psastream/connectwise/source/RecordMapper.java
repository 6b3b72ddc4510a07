package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.config.Query;
import io.psastream.connectwise.data.FieldPath;
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
  static final String REFRESH_HEADER = "connectwise.refresh";

  private final Query query;
  private final Map<String, String> partition;

  RecordMapper(Query query, Map<String, String> partition) {
    this.query = query;
    this.partition = partition;
  }

  SourceRecord record(Item item, Map<String, Object> offset) {
    return record(key(item), item, offset);
  }

  /** The record of a child: its key holds the id of its parent besides its own. */
  SourceRecord child(Item item, Item parent, Map<String, Object> offset) {
    SchemaAndValue own = key(item);
    if (!query.keyFields().isEmpty() || parent.id().isEmpty()) {
      return record(own, item, offset);
    }
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("parentId", parent.id().getAsLong());
    if (own.value() != null) {
      key.put("id", own.value());
    }
    return record(new SchemaAndValue(null, key), item, offset);
  }

  private SourceRecord record(SchemaAndValue key, Item item, Map<String, Object> offset) {
    return new SourceRecord(
        partition,
        offset,
        query.topic(),
        null,
        key.schema(),
        key.value(),
        schema(item.content()),
        item.content(),
        item.lastUpdated().map(Instant::toEpochMilli).orElse(null),
        headers(item.headers()));
  }

  /** The same with the mark of a full refresh: the item may be as it was. */
  SourceRecord refreshed(Item item, Map<String, Object> offset) {
    SourceRecord record = record(item, offset);
    record.headers().addBoolean(REFRESH_HEADER, true);
    return record;
  }

  /** What says that an item is gone, stored with whatever is to be remembered of that. */
  SourceRecord tombstone(long id, Map<String, String> chunk, Map<String, Object> offset) {
    return new SourceRecord(
        chunk,
        offset,
        query.topic(),
        null,
        Schema.INT64_SCHEMA,
        id,
        null,
        null,
        null,
        headers(Map.of()));
  }

  private ConnectHeaders headers(Map<String, String> more) {
    ConnectHeaders headers = new ConnectHeaders();
    headers.addString(OPERATION_HEADER, query.operation().id());
    headers.addString(SITE_HEADER, partition.get(SourcePartition.SITE));
    more.forEach(headers::addString);
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

  /** Files and texts have a schema; whatever else there is comes without one. */
  private static Schema schema(Object content) {
    return content instanceof byte[]
        ? Schema.BYTES_SCHEMA
        : content instanceof String ? Schema.STRING_SCHEMA : null;
  }

  /** The value at a path such as {@code company/id}; null where there is none. */
  static Object field(Object content, String path) {
    return FieldPath.of(path).in(content).orElse(null);
  }
}
