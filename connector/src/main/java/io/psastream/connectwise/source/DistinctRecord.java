package io.psastream.connectwise.source;

import java.util.Map;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A record that is equal to itself only. With exactly-once support Connect keeps the records of a
 * transaction in a hash map, where a {@code SourceRecord} is hashed with its whole value, and two
 * of the same content are one, of which only one is then confirmed.
 */
final class DistinctRecord extends SourceRecord {

  /**
   * @param timestamp milliseconds since 1970
   */
  DistinctRecord(
      Map<String, ?> partition,
      Map<String, ?> offset,
      String topic,
      SchemaAndValue key,
      SchemaAndValue value,
      long timestamp,
      Iterable<Header> headers) {
    super(
        partition,
        offset,
        topic,
        null,
        key.schema(),
        key.value(),
        value.schema(),
        value.value(),
        timestamp,
        headers);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
