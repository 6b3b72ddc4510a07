package io.psastream.connectwise.sink.lane;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.Fixtures.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sink.config.Route;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class LaneKeyTest {

  @Test
  void isTheSameForMapsThatAreEqual() {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("a", 1);
    one.put("b", List.of(Map.of("x", 1, "y", 2)));
    Map<String, Object> other = new LinkedHashMap<>();
    other.put("b", List.of(Map.of("y", 2, "x", 1)));
    other.put("a", 1);

    assertThat(lane(0, one)).isEqualTo(lane(3, other)).isNotEqualTo(lane(0, Map.of("a", 1)));
  }

  @Test
  void isThePartitionForRecordsWithoutAKey() {
    assertThat(lane(0, null)).isEqualTo(lane(0, null)).isNotEqualTo(lane(1, null));
    assertThat(lane(0, "partition 0")).isNotEqualTo(lane(0, null));
  }

  @Test
  void doesNotReadTextThatLooksLikeJson() {
    assertThat(lane(0, "{broken")).isEqualTo(lane(0, "{broken"));
  }

  /** A text in quotes is another than the same without, and none is a number or an object. */
  @Test
  void tellsTextsApartWhateverTheyHold() {
    List<Object> keys =
        List.of("7", "\"7\"", "\\\"7\\\"", 7L, "", "{}", Map.of(), "[7]", List.of(7L));

    assertThat(keys.stream().map(key -> lane(0, key)).distinct()).hasSize(keys.size());
  }

  @Test
  void goesByTheContentOfBytes() {
    byte[] bytes = {1, (byte) 0xff};

    assertThat(lane(0, bytes)).isEqualTo(lane(0, ByteBuffer.wrap(bytes.clone())));
    assertThat(lane(0, bytes)).isNotEqualTo(lane(0, new byte[] {1, (byte) 0xfe}));
  }

  @Test
  void isThePartitionForAKeyThatJsonCannotSay() {
    assertThat(lane(0, Double.NaN)).isEqualTo(lane(0, null));
  }

  @Test
  void staysWithTheTopicFromBeforeATransformation() {
    assertThat(LaneKey.of(record(1, 1, "k", "v").newRecord("x", 1, null, "k", null, "v", 1L), null))
        .isEqualTo(lane(0, "k"));
  }

  @Test
  void isWhatTheExpressionGivesWhateverTheKeyTheTopicAndTheKindOfTheValue() {
    Route route = route("mutate.operation.id", "postServiceTickets", "lane.key", "${value.a.b}");
    LaneKey first = LaneKey.of(record(0, 1, "k", Map.of("a", Map.of("b", 5))), route);
    SinkRecord other = record(3, 9, null, "{\"a\":{\"b\":\"5\"}}");

    assertThat(LaneKey.of(other, route)).isEqualTo(first);
    assertThat(LaneKey.of(other.newRecord("x", 3, null, null, null, other.value(), 1L), route))
        .isEqualTo(first);
    assertThat(LaneKey.of(record(0, 1, "k", Map.of("a", Map.of("b", 6))), route))
        .isNotEqualTo(first);
  }

  @Test
  void isTheKeyWhereTheExpressionFindsNothing() {
    Route route = route("mutate.operation.id", "postServiceTickets", "lane.key", "${value.a.b}");
    for (Object value : Arrays.asList(null, "no json", 7, Map.of("a", 1), Map.of("a", Map.of()))) {
      assertThat(LaneKey.of(record(0, 1, "k", value), route)).isEqualTo(lane(0, "k"));
      assertThat(LaneKey.of(record(2, 1, null, value), route)).isEqualTo(lane(2, null));
    }
  }

  @Test
  void isEachRecordsOwnWhereThereIsNoOrder() {
    Route route = route("mutate.operation.id", "postServiceTickets", "lane.key", "none");

    assertThat(
            IntStream.range(0, 40)
                .mapToObj(i -> LaneKey.of(record(i % 2, i / 2, i < 20 ? null : "k", "v"), route)))
        .doesNotHaveDuplicates();
  }

  private static LaneKey lane(int partition, Object key) {
    return LaneKey.of(record(partition, 1, key, "v"), null);
  }
}
