package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.data.FieldPath;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the records of one query. Where values are typed, keys have schemas too: a single
 * field has its schema in the item (times are text), several fields are a struct in whose names the
 * slashes of paths are underscores.
 */
final class RecordKey {

  /** The key of a child: the id of its parent and its own id, if it has one. */
  static final Schema CHILD =
      SchemaBuilder.struct()
          .name(SchemaNames.NAMESPACE + "ChildKey")
          .version(1)
          .field("parentId", Schema.INT64_SCHEMA)
          .field("id", Schema.OPTIONAL_INT64_SCHEMA)
          .build();

  private static final Schema FILE =
      SchemaBuilder.bytes().name(SchemaNames.NAMESPACE + "File").build();

  private static final Logger LOG = LoggerFactory.getLogger(RecordKey.class);

  private final String query;
  private final List<String> fields;
  private final boolean typed;

  /** Whether a field that an item lacks was told of. */
  private volatile boolean told;

  /**
   * The schemas of keys of several fields, by those of the items. One for all keys, since
   * converters look schemas up, for which a new one is hashed and compared with all its fields.
   */
  private final Map<Schema, Schema> several = new ConcurrentHashMap<>();

  RecordKey(Query query) {
    this.query = query.name();
    this.fields = query.keyFields();
    this.typed = query.values().mode() == SchemaMode.TYPED;
  }

  SchemaAndValue of(Item item) {
    if (fields.isEmpty()) {
      return item.id().isPresent()
          ? new SchemaAndValue(Schema.INT64_SCHEMA, item.id().getAsLong())
          : SchemaAndValue.NULL;
    }
    if (typed) {
      return fields.size() == 1 ? one(item.content()) : several(item.content());
    }
    if (fields.size() == 1) {
      return new SchemaAndValue(null, part(item.content(), fields.get(0)));
    }
    Map<String, Object> key = new LinkedHashMap<>();
    fields.forEach(field -> key.put(field, part(item.content(), field)));
    return new SchemaAndValue(null, key);
  }

  /** The key of a child. */
  SchemaAndValue of(Item item, Item parent) {
    SchemaAndValue own = of(item);
    if (!fields.isEmpty() || parent.id().isEmpty()) {
      return own;
    }
    long parentId = parent.id().getAsLong();
    if (typed) {
      return new SchemaAndValue(
          CHILD, new Struct(CHILD).put("parentId", parentId).put("id", own.value()));
    }
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("parentId", parentId);
    if (own.value() != null) {
      key.put("id", own.value());
    }
    return new SchemaAndValue(null, key);
  }

  private SchemaAndValue one(Object item) {
    String field = fields.get(0);
    return new SchemaAndValue(FieldPath.of(field).in(schema(item)), part(item, field));
  }

  private SchemaAndValue several(Object item) {
    Schema schema = several.computeIfAbsent(schema(item), this::several);
    Struct key = new Struct(schema);
    for (int i = 0; i < fields.size(); i++) {
      key.put(schema.fields().get(i), part(item, fields.get(i)));
    }
    return new SchemaAndValue(schema, key);
  }

  private Schema several(Schema item) {
    SchemaBuilder builder = SchemaBuilder.struct().name(item.name() + "Key").version(1);
    fields.forEach(field -> builder.field(name(field), FieldPath.of(field).in(item)));
    return builder.build();
  }

  /** Whatever is no struct is a file, which has no fields. */
  private static Schema schema(Object item) {
    return item instanceof Struct struct ? struct.schema() : FILE;
  }

  private static String name(String path) {
    return path.replaceAll("[^A-Za-z0-9_]", "_");
  }

  /** A part of the key; the first item that lacks one is told of, since all may lack it. */
  private Object part(Object item, String field) {
    Object value = value(item, field);
    if (value == null && !told) {
      told = true;
      LOG.warn(
          "Query {}: an item has no {}, which key.fields names, so it is missing in the key of its"
              + " record. If no item has it, correct key.fields.",
          query,
          field);
    }
    return value;
  }

  /** The value at a path such as {@code company/id}; null where there is none. */
  static Object value(Object content, String path) {
    return FieldPath.of(path).in(content).orElse(null);
  }
}
