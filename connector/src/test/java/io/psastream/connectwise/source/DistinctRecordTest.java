package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Connect keeps the records of a transaction in a hash map, and confirms what it finds there. */
class DistinctRecordTest {

  /** A value that must not be hashed, since Connect would do so for each record. */
  private static final class Untouchable {

    @Override
    public boolean equals(Object other) {
      throw new AssertionError("was compared");
    }

    @Override
    public int hashCode() {
      throw new AssertionError("was hashed");
    }
  }

  private static SourceRecord record() {
    return new DistinctRecord(
        Map.of("site", "a"),
        Map.of("id", 1),
        "topic",
        new SchemaAndValue(Schema.INT64_SCHEMA, 1L),
        new SchemaAndValue(null, new Untouchable()),
        1_000,
        new ConnectHeaders());
  }

  @Test
  void twoOfTheSameContentAreTwoAndNoValueIsHashed() {
    SourceRecord one = record();
    SourceRecord other = record();

    Set<SourceRecord> transaction = new HashSet<>(List.of(one, other));

    assertThat(transaction).hasSize(2);
    assertThat(transaction.contains(one)).isTrue();
    assertThat(one.equals(record())).isFalse();
  }
}
