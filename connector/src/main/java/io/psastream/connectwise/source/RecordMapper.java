package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.data.JsonText;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.source.Decoders.Finish;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.ValueFormat.RecordTimestamp;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import io.psastream.connectwise.source.offset.SourcePartition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/** Turns the items of one query into records: key, value, headers, timestamp. */
final class RecordMapper {

  static final String OPERATION_HEADER = "connectwise.operation.id";
  static final String SITE_HEADER = "connectwise.site";
  static final String REFRESH_HEADER = "connectwise.refresh";
  static final String UPDATED_HEADER = "connectwise.last.updated";

  /** The value of a heartbeat or a checkpoint. */
  static final Schema CHECKPOINT =
      SchemaBuilder.struct()
          .name(SchemaNames.NAMESPACE + "Checkpoint")
          .version(1)
          .field("query", Schema.STRING_SCHEMA)
          .build();

  private final Query query;
  private final Map<String, String> partition;
  private final RecordKey key;
  private final boolean bytes;
  private final Finish finish;

  /**
   * @param bytes whether JSON text is emitted as bytes rather than as a string
   * @param finish makes items ready for their records
   */
  RecordMapper(Query query, Map<String, String> partition, boolean bytes, Finish finish) {
    this.query = query;
    this.partition = partition;
    this.bytes = bytes;
    this.finish = finish;
    this.key = new RecordKey(query);
  }

  /** The name of the query. */
  String name() {
    return query.name();
  }

  /** How many items to send at a time. */
  int batchSize() {
    return finish.most();
  }

  /**
   * The items with the content that their records have; until then they wait as they came.
   *
   * @throws DataException where one cannot have it, which ends the task
   */
  List<Item> whole(List<Item> items) {
    try {
      return finish.whole().apply(items);
    } catch (DataException e) {
      throw new DataException("Query " + query.name() + ": " + e.getMessage(), e);
    }
  }

  /** The record of an item that is {@link #whole}. */
  SourceRecord record(Item item, Map<String, Object> offset) {
    return record(key.of(item), item, offset);
  }

  /** The record of a child: its key holds the id of its parent besides its own. */
  SourceRecord child(Item item, Item parent, Map<String, Object> offset) {
    return record(key.of(item, parent), item, offset);
  }

  private SourceRecord record(SchemaAndValue key, Item item, Map<String, Object> offset) {
    SchemaAndValue value = value(item.content());
    ConnectHeaders headers = headers();
    item.lastUpdated().ifPresent(at -> headers.addString(UPDATED_HEADER, at.toString()));
    item.headers().forEach(headers::addString);
    return new DistinctRecord(
        partition, offset, query.topic(), key, value, timestamp(item), headers);
  }

  /** Never what a broker refuses: a time before 1970 or in the future. */
  private long timestamp(Item item) {
    Instant now = now();
    return query.values().timestamp() == RecordTimestamp.READ
        ? now.toEpochMilli()
        : item.lastUpdated()
            .map(at -> at.isAfter(now) ? now : at)
            .map(at -> at.isBefore(Instant.EPOCH) ? Instant.EPOCH : at)
            .orElse(now)
            .toEpochMilli();
  }

  private static Instant now() {
    return InstantSource.system().instant();
  }

  /** A record with the header of a full refresh, which says that the item may be unchanged. */
  SourceRecord refreshed(Item item, Map<String, Object> offset) {
    SourceRecord record = record(item, offset);
    record.headers().addBoolean(REFRESH_HEADER, true);
    return record;
  }

  /** The tombstone of a deleted item, with the partition and offset of its chunk of known ids. */
  SourceRecord tombstone(long id, Map<String, String> chunk, Map<String, Object> offset) {
    return new DistinctRecord(
        chunk,
        offset,
        query.topic(),
        new SchemaAndValue(Schema.INT64_SCHEMA, id),
        SchemaAndValue.NULL,
        now().toEpochMilli(),
        headers());
  }

  /** A record that is sent only for its offset; its value is the name of the query. */
  SourceRecord checkpoint(String topic, Map<String, String> of, Map<String, ?> offset) {
    return own(topic, of, offset, query.name(), new Struct(CHECKPOINT).put("query", query.name()));
  }

  /** A record that says something of the connector's own: a value in the form of the query's. */
  SourceRecord own(
      String topic, Map<String, String> of, Map<String, ?> offset, String name, Struct content) {
    SchemaMode mode = bytes ? SchemaMode.JSON : query.values().mode();
    SchemaAndValue value =
        value(
            switch (mode) {
              case TYPED -> content;
              case JSON -> JsonText.of(fields(content));
              case NONE -> fields(content);
            });
    return new DistinctRecord(
        of,
        offset,
        topic,
        new SchemaAndValue(Schema.STRING_SCHEMA, name),
        value,
        now().toEpochMilli(),
        new ConnectHeaders());
  }

  /** Those that are not null. */
  private static Map<String, Object> fields(Struct content) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Field field : content.schema().fields()) {
      if (content.get(field) != null) {
        fields.put(field.name(), content.get(field));
      }
    }
    return fields;
  }

  private ConnectHeaders headers() {
    ConnectHeaders headers = new ConnectHeaders();
    headers.addString(OPERATION_HEADER, query.operation().id());
    headers.addString(SITE_HEADER, partition.get(SourcePartition.SITE));
    return headers;
  }

  /** Structs, files and text have a schema, everything else has none. */
  private SchemaAndValue value(Object content) {
    if (content instanceof JsonText json) {
      return bytes
          ? new SchemaAndValue(Schema.BYTES_SCHEMA, json.utf8())
          : new SchemaAndValue(Schema.STRING_SCHEMA, json.toString());
    }
    if (content instanceof Struct typed) {
      return new SchemaAndValue(typed.schema(), typed);
    }
    if (content instanceof byte[]) {
      return new SchemaAndValue(Schema.BYTES_SCHEMA, content);
    }
    return new SchemaAndValue(content instanceof String ? Schema.STRING_SCHEMA : null, content);
  }
}
