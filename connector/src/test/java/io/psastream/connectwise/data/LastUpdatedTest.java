package io.psastream.connectwise.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Bodies;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever form the values have, the time of an item is the same. */
class LastUpdatedTest {

  private static final List<String> DAMAGE =
      List.of("", "", "", "", "", "", "x", "-", " ", "T", "9", "Z", "\\u0000", ":");

  private final LastUpdated times = new LastUpdated();

  /** Typed values are made of what the second of them reads. */
  private List<ItemDecoder<Item>> decoders() {
    return List.of(new SchemalessDecoder(times), new JsonTextDecoder(times));
  }

  private static List<Optional<Instant>> read(ItemDecoder<Item> decoder, String items)
      throws IOException {
    return Bodies.decode(decoder, items).stream().map(Item::lastUpdated).toList();
  }

  private static String pick(Random random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** A form of a time, and rarely of none. */
  private static String form(Random random, Instant time, boolean damaged) {
    int hours = random.nextInt(27) - 13;
    String offset = "%+03d".formatted(hours);
    int kind = random.nextInt(5);
    String zone = List.of("Z", "", " UTC", offset + ":00", offset + "00").get(kind);
    String local = (kind < 3 ? time : time.plusSeconds(hours * 3_600L)).toString();
    String text =
        local.substring(0, 10)
            + pick(random, List.of("T", " ", "t"))
            + local.substring(11, 19)
            + pick(random, List.of("", ".5", ".1234567", ".000000000000"))
            + zone;
    int at = damaged ? random.nextInt(text.length()) : 0;
    return text.substring(0, at) + (damaged ? pick(random, DAMAGE) : "") + text.substring(at);
  }

  @Test
  void allDecodersReadTheSameTime() throws IOException {
    Random random = new Random(11);
    List<Optional<Instant>> times = new ArrayList<>();
    StringBuilder items = new StringBuilder();
    StringBuilder damaged = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      Instant time = Instant.ofEpochSecond(random.nextLong(-2_000_000_000L, 4_000_000_000L));
      times.add(Optional.of(time));
      items.append(i == 0 ? "[" : ",").append(item(i, form(random, time, false)));
      damaged.append(i == 0 ? "[" : ",").append(item(i, form(random, time, true)));
    }
    List<Optional<Instant>> odd =
        read(new SchemalessDecoder(new LastUpdated()), damaged.append("]").toString());
    for (ItemDecoder<Item> each : decoders()) {
      assertThat(read(each, items + "]")).isEqualTo(times);
      assertThat(read(each, damaged.toString())).isEqualTo(odd);
    }
    assertThat(odd).contains(Optional.empty());
  }

  private static String item(int id, String lastUpdated) {
    return "{\"id\":"
        + id
        + ",\"_info\":{\"a_href\":\"b\",\"lastUpdated\":\""
        + lastUpdated
        + "\",\"updatedBy\":\"me\"}}";
  }
}
