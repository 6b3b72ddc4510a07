package io.psastream.connectwise.source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Stops a task whose records a StringConverter would make nonsense of ({@code Struct{id=1,…}}). A
 * task does not see the converters of its worker, but this one gives itself away: it calls {@code
 * toString()}. So until one has been written, structs and maps are handed over as copies that
 * refuse to be made text of by it. What a transformation makes of them is not checked.
 */
final class ConverterCheck {

  private static final String STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter";

  private volatile boolean keyWritten;
  private volatile boolean valueWritten;

  /**
   * An error, and no exception: with {@code errors.tolerance=all}, Connect would drop one record
   * after the other because of an exception.
   */
  static final class NotText extends Error {
    private static final long serialVersionUID = 1L;

    private NotText(String side) {
      super(
          ("The %1$s converter of the worker is a StringConverter, which turns a record's %1$s into"
                  + " text that is no JSON. The record was not written, and the task stops. Set"
                  + " %1$s.converter in the connector's configuration:"
                  + " org.apache.kafka.connect.json.JsonConverter with"
                  + " %1$s.converter.schemas.enable=false (and schema.mode=none), an Avro, Protobuf"
                  + " or JSON Schema converter (schema.mode=typed), or keep StringConverter %2$s.")
              .formatted(
                  side,
                  side.equals("key")
                      ? "and set key.fields to one field"
                      : "with schema.mode=json"));
    }
  }

  /** The records as Connect is to be handed them. */
  List<SourceRecord> guarded(List<SourceRecord> records) {
    return keyWritten && valueWritten ? records : records.stream().map(this::guarded).toList();
  }

  private SourceRecord guarded(SourceRecord record) {
    Object key = keyWritten ? record.key() : guarded("key", record.key());
    Object value = valueWritten ? record.value() : guarded("value", record.value());
    return key == record.key() && value == record.value()
        ? record
        : record.newRecord(
            record.topic(),
            record.kafkaPartition(),
            record.keySchema(),
            key,
            record.valueSchema(),
            value,
            record.timestamp(),
            record.headers());
  }

  private static Object guarded(String side, Object content) {
    if (content instanceof Struct struct) {
      return new GuardedStruct(side, struct);
    }
    return content instanceof Map<?, ?> map ? new GuardedMap(side, map) : content;
  }

  /** A record is in Kafka; called on any thread. */
  void written(SourceRecord record) {
    keyWritten |= record.key() instanceof Guarded;
    valueWritten |= record.value() instanceof Guarded;
  }

  private static void refuseText(String side) {
    boolean text =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames.limit(4).anyMatch(each -> each.getClassName().equals(STRING_CONVERTER)));
    if (text) {
      throw new NotText(side);
    }
  }

  private sealed interface Guarded {}

  private static final class GuardedStruct extends Struct implements Guarded {
    private final String side;

    GuardedStruct(String side, Struct struct) {
      super(struct.schema());
      this.side = side;
      for (Field field : struct.schema().fields()) {
        put(field, struct.getWithoutDefault(field.name()));
      }
    }

    @Override
    public String toString() {
      refuseText(side);
      return super.toString();
    }
  }

  private static final class GuardedMap extends LinkedHashMap<Object, Object> implements Guarded {
    private static final long serialVersionUID = 1L;

    private final String side;

    GuardedMap(String side, Map<?, ?> map) {
      super(map);
      this.side = side;
    }

    @Override
    public String toString() {
      refuseText(side);
      return super.toString();
    }
  }
}
