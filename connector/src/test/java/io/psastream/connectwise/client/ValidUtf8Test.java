package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.psastream.connectwise.data.JsonTextDecoder;
import io.psastream.connectwise.data.LastUpdated;
import io.psastream.connectwise.data.SchemalessDecoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Broken bytes become U+FFFD, wherever they are, and all others stay. */
class ValidUtf8Test {

  private static final List<String> CHARACTERS = List.of("a", "\"", "é", "€", "😀", "\uFFFD", "\n");

  private final Random random = new Random(17);

  private String text(int length) {
    return IntStream.range(0, length)
        .mapToObj(i -> CHARACTERS.get(random.nextInt(CHARACTERS.size())))
        .collect(Collectors.joining());
  }

  /** Gives a few bytes at a time, as a network does. */
  private InputStream inPieces(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int most) {
        return super.read(into, offset, Math.min(most, 1 + random.nextInt(40)));
      }
    };
  }

  @Test
  void isTheSameAsDecodingTheWhole() throws IOException {
    for (int i = 0; i < 500; i++) {
      byte[] bytes = text(random.nextInt(200)).getBytes(UTF_8);
      assertArrayEquals(bytes, new ValidUtf8(inPieces(bytes), Calls.memory()).readAllBytes());

      for (int broken = random.nextInt(8); broken > 0 && bytes.length > 0; broken--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      assertArrayEquals(
          new String(bytes, UTF_8).getBytes(UTF_8),
          new ValidUtf8(inPieces(bytes), Calls.memory()).readAllBytes());
    }
  }

  /** Overlong forms, surrogates and what lies beyond Unicode are as broken as a lone byte. */
  @Test
  void takesNoSequenceThatIsNone() throws IOException {
    int[] rest = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
    for (int first = 0x80; first <= 0xff; first++) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int second : rest) {
        for (int third : rest) {
          for (int fourth : rest) {
            all.writeBytes(
                new byte[] {'"', (byte) first, (byte) second, (byte) third, (byte) fourth, '"'});
          }
        }
      }
      byte[] bytes = all.toByteArray();
      assertArrayEquals(
          new String(bytes, UTF_8).getBytes(UTF_8),
          new ValidUtf8(inPieces(bytes), Calls.memory()).readAllBytes());
    }
  }

  /** However much of the text had come when it was begun. */
  @Test
  void makesRoomForTextsOfAnyLength() throws IOException {
    for (int i = 0; i < 200; i++) {
      byte[] bytes = text(random.nextInt(9_000)).getBytes(UTF_8);
      int come = random.nextInt(9_000);
      InputStream in =
          new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int available() {
              return Math.min(come, super.available());
            }
          };
      assertArrayEquals(bytes, new ValidUtf8(in, Calls.memory()).readAllBytes());
    }
  }

  @Test
  void readsTextsThatAreLongerThanItsChunks() throws IOException {
    byte[] bytes = (text(30_000) + "x".repeat(30_000)).getBytes(UTF_8);

    assertArrayEquals(
        bytes, new ValidUtf8(new ByteArrayInputStream(bytes), Calls.memory()).readAllBytes());
  }

  @Test
  void aBrokenByteOfOneItemCostsNothingOfTheOthers() throws IOException {
    byte[] json = "[{\"id\":1,\"a\":\"x\"},{\"id\":2,\"a\":\"?ä\"},{\"id\":3}]".getBytes(UTF_8);
    json[IntStream.range(0, json.length).filter(i -> json[i] == '?').findFirst().orElseThrow()] =
        (byte) 0xe9;

    assertThat(
            Bodies.decode(new SchemalessDecoder(new LastUpdated()), new ByteArrayInputStream(json)))
        .extracting(item -> item.content().toString())
        .containsExactly("{id=1, a=x}", "{id=2, a=\uFFFDä}", "{id=3}");
    assertThat(
            Bodies.decode(new JsonTextDecoder(new LastUpdated()), new ByteArrayInputStream(json)))
        .extracting(item -> item.content().toString())
        .containsExactly("{\"id\":1,\"a\":\"x\"}", "{\"id\":2,\"a\":\"\uFFFDä\"}", "{\"id\":3}");
  }

  @Test
  void aByteOrderMarkIsNoPartOfAnItem() throws IOException {
    byte[] json = "\uFEFF[{\"id\":1}]".getBytes(UTF_8);

    assertThat(
            Bodies.decode(new JsonTextDecoder(new LastUpdated()), new ByteArrayInputStream(json)))
        .extracting(item -> item.content().toString())
        .containsExactly("{\"id\":1}");
  }
}
