package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.config.Connection;
import io.psastream.connectwise.sink.ConnectWiseSinkConnector;
import io.psastream.connectwise.source.offset.SourceOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Offsets by hand: what no task would read or could use is refused, and nothing else is thrown.
 * {@code -Doffsets=20000} tries so many instead of a few.
 */
class AlteredOffsetsPropertyTest {

  private static final int OFFSETS = Integer.getInteger("offsets", 150);
  private static final Map<String, String> PROPERTIES =
      Connection.with("operation.id", "getServiceTickets");
  private static final Map<String, String> PARTITION =
      Map.of(
          "site", "127.0.0.1:1",
          "company", "acme",
          "operation", "getServiceTickets",
          "options", "44136fa355b3678a");
  private static final Map<String, Object> OFFSET =
      Map.of("version", 1L, "from", "2026-03-01T12:00:00Z", "to", "2026-03-01T12:01:00Z", "id", 7);
  private static final Set<String> KNOWN =
      Set.of(
          "version", "start", "from", "to", "id", "count", "sent", "reach", "after", "seen",
          "opened", "refresh", "fresh");
  private static final List<String> KEYS =
      List.of(
          "version",
          "start",
          "from",
          "to",
          "id",
          "count",
          "sent",
          "reach",
          "after",
          "seen",
          "opened",
          "refresh",
          "fresh",
          "form",
          "TO",
          "ids",
          "",
          "site",
          "company",
          "operation",
          "options");
  private static final List<Object> VALUES =
      Arrays.asList(
          null,
          "",
          " ",
          "x",
          0,
          1,
          -1,
          1L,
          1.0,
          1.5,
          Double.NaN,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          "1",
          true,
          List.of(),
          Map.of(),
          Map.of("a", List.of(1)),
          "2026-03-01T12:00:00Z",
          "2026-02-31T12:00:00Z",
          "2999-01-01T00:00:00Z",
          "+999999999-01-01T00:00:00Z",
          "-999999999-01-01T00:00:00Z",
          "2026-03-01",
          "AAAA",
          "eJyzNmBgYGRgSGFgYmBlANHJDAAPJQGf",
          "AQAAAAIAAAAA",
          "AX////8AAAAA",
          "eJxjYGBgAAAABAAB",
          "=",
          "\u0000",
          "x".repeat(100_000));

  private final ConnectWiseSourceConnector source = new ConnectWiseSourceConnector();

  @Test
  void ofASourceAreTakenOnlyIfATaskGoesOnThere() {
    Random random = new Random(11);
    int taken = 0;
    for (int i = 0; i < OFFSETS; i++) {
      Map<String, Object> partition = new HashMap<>(PARTITION);
      Map<String, Object> offset = new HashMap<>(OFFSET);
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        change(random.nextInt(4) == 0 ? partition : offset, random);
      }
      if (accepts(partition, offset)) {
        taken++;
        assertThat(partition).isEqualTo(PARTITION);
        assertThat(KNOWN).containsAll(offset.keySet());
        assertThat(SourceOffset.fromMap(offset).window().to().toString())
            .isEqualTo(offset.get("to"));
      }
    }
    assertThat(taken).isPositive();
  }

  private static void change(Map<String, Object> map, Random random) {
    String key = KEYS.get(random.nextInt(KEYS.size()));
    if (random.nextInt(5) == 0) {
      map.remove(key);
    } else {
      map.put(key, VALUES.get(random.nextInt(VALUES.size())));
    }
  }

  private boolean accepts(Map<String, ?> partition, Map<String, ?> offset) {
    try {
      return source.alterOffsets(PROPERTIES, Collections.singletonMap(partition, offset));
    } catch (ConnectException e) {
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("thrown for " + partition + " " + offset, e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "form, there is no key \"form\". Did you mean from?",
    "vesion, there is no key \"vesion\". Did you mean version?",
    "count, id and count exclude each other",
    "start, start and from exclude each other",
  })
  void aMistypedKeyOrOneTooMuchIsNamed(String key, String message) {
    Map<String, Object> offset = new HashMap<>(OFFSET);
    offset.put(key, key.equals("count") ? (Object) 5 : "2026-03-01T12:00:00Z");

    assertThatThrownBy(() -> source.alterOffsets(PROPERTIES, Map.of(PARTITION, offset)))
        .isInstanceOf(ConnectException.class)
        .hasMessage("The offset cannot be used: " + message + (message.endsWith("?") ? "" : "."));
  }

  /** A query in windows would take it for none and read everything again. */
  @Test
  void anOffsetOfAnotherWayToReadIsRefused() {
    assertThatThrownBy(
            () -> source.alterOffsets(PROPERTIES, Map.of(PARTITION, Map.of("version", 1, "id", 7))))
        .hasMessageContaining("to is missing");
    assertThatThrownBy(
            () ->
                source.alterOffsets(
                    PROPERTIES,
                    Map.of(
                        PARTITION, Map.of("version", 1, "to", "2026-03-01T12:01:00Z", "count", 7))))
        .hasMessageContaining("the query reads by id, not count");
  }

  @Test
  void anInvalidConfigurationIsSaid() {
    Map<String, String> invalid = new HashMap<>(PROPERTIES);
    invalid.put("page.size", "many");
    invalid.put("topic", null);

    assertThatThrownBy(() -> source.alterOffsets(invalid, Map.of(PARTITION, OFFSET)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("topic: is null");
    assertThat(source.alterOffsets(invalid, Collections.singletonMap(PARTITION, null))).isTrue();
  }

  /** A blank more in the conditions is no other query, and an offset of before is still found. */
  @Test
  void conditionsAreComparedByMeaning() {
    Map<String, String> written =
        new HashMap<>(
            Connection.with(
                "operation.id",
                "getServiceTickets",
                "options",
                "{\"conditions\": \"board/name = \\\"A  B\\\"  and closedFlag=false\"}"));
    Map<String, String> compared = new HashMap<>(PARTITION);
    Map<String, String> asWritten = new HashMap<>(PARTITION);
    compared.put("options", "76e7ea66e6682da3");
    asWritten.put("options", "0b9f737689d4a34a");

    assertThat(source.alterOffsets(written, Map.of(compared, OFFSET))).isTrue();
    assertThat(source.alterOffsets(written, Map.of(asWritten, OFFSET))).isTrue();

    written.put("offset.name", "ab");
    Map<String, String> named = new HashMap<>(PARTITION);
    named.put("options", "name:ab");
    for (Map<String, String> place : List.of(named, compared, asWritten)) {
      assertThat(source.alterOffsets(written, Map.of(place, OFFSET))).isTrue();
    }
    named.put("options", "name:other");
    assertThatThrownBy(() -> source.alterOffsets(written, Map.of(named, OFFSET)))
        .hasMessageContaining("belongs to no query");
  }

  @Test
  void ofASinkAreTakenOnlyForWhatItConsumes() {
    ConnectWiseSinkConnector sink = new ConnectWiseSinkConnector();
    Map<String, String> named = Connection.with("topics", "a, b");
    Map<String, String> matched = Connection.with("topics.regex", "psa\\..*");

    assertThat(sink.alterOffsets(named, Map.of(new TopicPartition("b", 0), 5L))).isTrue();
    assertThat(sink.alterOffsets(matched, Map.of(new TopicPartition("psa.x", 9), 0L))).isTrue();
    assertThat(sink.alterOffsets(named, Collections.singletonMap(new TopicPartition("z", 0), null)))
        .isTrue();
    for (Map<TopicPartition, Long> wrong :
        List.of(
            Map.of(new TopicPartition("c", 0), 5L),
            Map.of(new TopicPartition("a", -1), 5L),
            Map.of(new TopicPartition("a", 0), -1L),
            Collections.<TopicPartition, Long>singletonMap(null, 5L))) {
      assertThatThrownBy(() -> sink.alterOffsets(named, wrong))
          .isInstanceOf(ConnectException.class);
    }
    assertThatThrownBy(() -> sink.alterOffsets(matched, Map.of(new TopicPartition("b", 0), 5L)))
        .isInstanceOf(ConnectException.class);
  }
}
