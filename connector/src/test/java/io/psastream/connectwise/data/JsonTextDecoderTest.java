package io.psastream.connectwise.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.psastream.connectwise.client.Bodies;
import io.psastream.connectwise.client.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items as the text that came. */
class JsonTextDecoderTest {

  private static List<Item> decode(String json) throws IOException {
    return Bodies.decode(new JsonTextDecoder(new LastUpdated()), json);
  }

  @Test
  void givesEveryItemCharacterByCharacterAsItCame() throws IOException {
    String first = "{ \"id\" : 1,\n \"x\":[1.50, 2e3 ,\"\\u0000 \\\"}]\"], \"é\":\"€😀\" }";
    String second = "{\"id\":2,\"deep\":{\"id\":7,\"_info\":{\"lastUpdated\":\"x\"}}}";

    List<Item> items = decode(" [" + first + " , null ,\r\n" + second + "] \n");

    assertThat(items).extracting(item -> item.content().toString()).containsExactly(first, second);
    assertThat(items).extracting(Item::id).containsExactly(OptionalLong.of(1), OptionalLong.of(2));
    assertThat(items.get(1).lastUpdated()).isEmpty();
  }

  @Test
  void findsWhoChangedItWhen() throws IOException {
    Item item =
        decode(
                "[{\"_info\":{\"a_href\":\"h\",\"updatedBy\":\"zoe\",\"n\":{\"updatedBy\":\"x\"},"
                    + "\"lastUpdated\":\"2026-03-01T12:00:00Z\"},\"id\":\"none\"}]")
            .get(0);

    assertThat(item.lastUpdated()).contains(Instant.parse("2026-03-01T12:00:00Z"));
    assertThat(item.updatedBy()).isEqualTo(Optional.of("zoe"));
    assertThat(item.id()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"id\":5}", "42", "-1.50", "true", "\"a \\n b\"", "{}"})
  void takesWhateverIsNoArrayAsOneItem(String json) throws IOException {
    assertThat(decode(json + " \n"))
        .extracting(item -> item.content().toString())
        .containsExactly(json);
    assertThat(decode("[" + json + " ,1]"))
        .extracting(item -> item.content().toString())
        .containsExactly(json, "1");
    assertThat(decode("\uFEFF" + json))
        .extracting(item -> item.content().toString())
        .containsExactly(json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null"})
  void findsNoItems(String json) throws IOException {
    assertThat(decode(json)).isEmpty();
  }

  /** Items shorter and longer than every buffer, arriving in pieces of every size. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000, 8_000, 8_192, 100_000})
  void doesNotCareHowTheBytesArrive(int piece) throws IOException {
    StringBuilder page = new StringBuilder("[");
    for (int i = 1; i <= 400; i++) {
      String filler = (i % 2 == 0 ? "ü" : "z").repeat(i % 50 == 0 ? 90_000 : i);
      page.append(i == 1 ? "" : " , ")
          .append("{\"text\":\"" + filler + "\",\"numbers\":[" + i + "],\"id\":" + i + "}");
    }
    byte[] bytes = page.append(']').toString().getBytes(UTF_8);
    List<Item> items = Bodies.decode(new JsonTextDecoder(new LastUpdated()), pieces(bytes, piece));

    assertThat(items).hasSize(400);
    assertThat(
            "["
                + String.join(" , ", items.stream().map(item -> item.content().toString()).toList())
                + "]")
        .isEqualTo(page.toString());
  }

  private static InputStream pieces(byte[] bytes, int size) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int most) {
        return super.read(into, offset, Math.min(most, size));
      }
    };
  }

  @Test
  void aNumberMayBeginInThePieceBefore() throws IOException {
    List<String> numbers =
        LongStream.range(1_000_000_000L, 1_000_020_000L).mapToObj(Long::toString).toList();
    byte[] bytes = numbers.toString().getBytes(UTF_8);

    for (int piece = 1; piece < 14; piece++) {
      assertThat(Bodies.decode(new JsonTextDecoder(new LastUpdated()), pieces(bytes, piece)))
          .extracting(item -> item.content().toString())
          .isEqualTo(numbers);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{\"id\":1]", "[{\"id\":1}", "[1] [2]", "[{\"a\":tru}]"})
  void refusesBrokenJson(String json) {
    assertThatThrownBy(() -> decode(json)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void refusesWhatIsNotUtf8() {
    InputStream utf16 =
        new ByteArrayInputStream("[{\"id\":1}]".getBytes(StandardCharsets.UTF_16LE));

    assertThatThrownBy(() -> Bodies.decode(new JsonTextDecoder(new LastUpdated()), utf16))
        .isInstanceOf(JsonProcessingException.class);
  }
}
