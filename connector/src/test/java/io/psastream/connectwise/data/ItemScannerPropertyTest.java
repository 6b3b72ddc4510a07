package io.psastream.connectwise.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.psastream.connectwise.client.AnswerBody;
import io.psastream.connectwise.client.Bodies;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.SlicingParser;
import io.psastream.connectwise.simulator.Simulator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking at bytes finds what a parser finds, and refuses what a parser refuses. */
class ItemScannerPropertyTest {

  private static final int PAGES = 300;
  private static final int DAMAGES = 4;

  private static final LastUpdated TIMES = new LastUpdated();
  private static final JsonTextDecoder DECODER = new JsonTextDecoder(TIMES);

  /** What a parser alone makes of a body. */
  private static final ItemDecoder<Item> PARSER =
      new ItemDecoder<>() {
        @Override
        public Media media() {
          return DECODER.media();
        }

        @Override
        public boolean decode(AnswerBody body, Consumer<? super Item> items) throws IOException {
          try (SlicingParser json = body.slices()) {
            return DECODER.decode(json, items);
          }
        }
      };

  /** The items that came, and all that is told of a failure. */
  private record Reading(List<Item> items, String end) {

    static Reading of(ItemDecoder<Item> decoder, byte[] page) throws IOException {
      List<Item> items = new ArrayList<>();
      try {
        boolean any = Bodies.decode(decoder, new ByteArrayInputStream(page), items::add);
        return new Reading(items, any ? "values" : "no value");
      } catch (JsonProcessingException e) {
        JsonLocation place = Optional.ofNullable(e.getLocation()).orElse(JsonLocation.NA);
        return new Reading(items, e.getClass() + " at " + place.getByteOffset());
      }
    }
  }

  private static void check(byte[] page) throws IOException {
    if (new String(page, UTF_8).replace("\uFEFF", "").isBlank()) {
      return; // no decoder is given that
    }
    assertThat(Reading.of(DECODER, page))
        .as(() -> new String(page, UTF_8))
        .isEqualTo(Reading.of(PARSER, page));
  }

  private static void check(String page) throws IOException {
    check(page.getBytes(UTF_8));
  }

  private static boolean takesAll(String page) throws IOException {
    byte[] bytes = page.getBytes(UTF_8);
    return new ItemScanner(new ByteArrayInputStream(bytes), TIMES).eachItem(item -> {});
  }

  static Stream<Long> seeds() {
    return IntStream.range(0, 4).mapToObj(Long::valueOf);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsWholeAndDamagedPagesAsAParserDoes(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < PAGES; i++) {
      byte[] page = new Page(random, true).text().getBytes(UTF_8);
      check(page);
      for (int j = 0; j < DAMAGES; j++) {
        check(damaged(page, random));
      }
    }
  }

  /** The end cut off, or a byte left out, put in or changed. */
  private static byte[] damaged(byte[] page, Random random) {
    int at = random.nextInt(page.length);
    int kind = random.nextInt(4);
    ByteArrayOutputStream damaged = new ByteArrayOutputStream();
    damaged.write(page, 0, at);
    if (kind >= 2) {
      String likely = "{}[],:\"\\0-1.eE+ \n\0u\u007ftnld";
      int byAccident = random.nextInt(256);
      boolean accident = random.nextInt(4) == 0;
      damaged.write(accident ? byAccident : likely.charAt(random.nextInt(likely.length())));
    }
    if (kind > 0) {
      int next = kind == 2 ? at : at + 1;
      damaged.write(page, next, page.length - next);
    }
    return damaged.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void leavesNothingOfAUsualPageToAParser(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < PAGES; i++) {
      String page = new Page(random, false).text();
      assertThat(takesAll(page)).as(page).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/service/tickets", "/company/companies", "/time/entries"})
  void leavesNothingOfASiteToAParser(String path) throws IOException {
    try (Simulator simulator = Simulator.start()) {
      simulator.seed().tickets(50).companies(50).timeEntries(50);
      String page =
          simulator.store().collection(path).items().stream()
              .map(item -> item.json())
              .collect(Collectors.joining(",", "[", "]"));

      assertThat(page).hasSizeGreaterThan(1_000);
      assertThat(takesAll(page)).isTrue();
      check(page);
    }
  }

  /** Where the bounds of the scanner and of the parser are, and next to them. */
  @ParameterizedTest
  @ValueSource(ints = {17, 18, 19, 31, 32, 33, 99, 100, 101, 499, 500, 501, 1_000, 1_001, 50_001})
  void neitherDepthNorLengthIsTakenThatAParserRefuses(int size) throws IOException {
    List<String> values =
        List.of(
            "[".repeat(size) + "]".repeat(size),
            "[{\"a\":".repeat(size) + "1" + "}]".repeat(size),
            "9".repeat(size),
            "-" + "1".repeat(size),
            "-" + "9".repeat(size) + ".5",
            "0." + "1".repeat(size),
            "1e" + "1".repeat(size),
            "\"" + "\\u00e9".repeat(size) + "\"",
            "{\"" + "n".repeat(size) + "\":1}");
    for (String value : values) {
      check("[{\"id\":1},{\"id\":" + value + ",\"x\":" + value + "},{\"id\":3}]");
      check("[{\"id\":1},{\"id\":2,\"x\":" + value + "}?]");
    }
  }

  /** Items up to what the buffer holds and beyond, whose borders are anywhere in it. */
  @ParameterizedTest
  @ValueSource(ints = {1_000, 20_000, 60_000, 150_000, 400_000})
  void doesNotCareHowLongItemsAre(int most) throws IOException {
    Random random = new Random(most);
    StringBuilder page = new StringBuilder("[");
    for (int i = 1; page.length() < 600_000; i++) {
      String filler = List.of("x", "\\\\", "\\u20ac", "€", "{\\\"").get(random.nextInt(5));
      page.append(i == 1 ? "" : " ,\n")
          .append("{\"id\":" + i + ",\"t\":\"")
          .append(filler.repeat(random.nextInt(most) / filler.length()))
          .append("\"}");
    }
    check(page + "]");
    check(page + "");
    check(page + ",]");
    check(page + "] x");
  }

  @Test
  void takesPagesThatEndWhereTheBufferDoes() throws IOException {
    for (int size = 131_050; size < 131_080; size++) {
      String start = "[{\"id\":1},{\"id\":2,\"t\":\"";
      check(start + "x".repeat(size - start.length() - 3) + "\"}]");
      check(start + "x".repeat(size - start.length() - 3) + "\"},{\"id\":3}] ");
    }
  }

  /** A list of items in any form, with few names, so that they repeat and are in other places. */
  private static final class Page {

    private static final int DEEPEST = 4;
    private static final List<String> NAMES = List.of("x", "é€😀", "", "idx", "_inf", "null");
    private static final List<String> UNUSUAL_NAMES =
        List.of("id", "_info", "lastUpdated", "updatedBy", "i\\u0064", "\\\"");
    private static final List<String> PIECES =
        List.of("a", "]}", ",:", "é", "€", "😀", "\t", "\u007f", "\u0001", "'");
    private static final List<String> ESCAPES =
        List.of("\\\"", "\\\\", "\\/", "\\b\\f\\n\\r\\t", "\\u20aC", "\\ud83d\\uDE00", "\\u0000");
    private static final List<String> NUMBERS =
        List.of(
            "0", "-0", "7", "-12", "1.50", "0.0", "2e3", "-1E+9", "3.1e-7", "12345678901234567890");

    private final Random random;
    private final boolean unusual;

    Page(Random random, boolean unusual) {
      this.random = random;
      this.unusual = unusual;
    }

    String text() {
      String items =
          IntStream.range(0, random.nextInt(5))
              .mapToObj(i -> blank() + (rarely() ? value(0) : item()) + blank())
              .collect(Collectors.joining(","));
      return (rarely() ? "\uFEFF" : "") + blank() + "[" + items + blank() + "]" + blank();
    }

    private String item() {
      String id = rarely() ? value(1) : Long.toString(random.nextLong() >> random.nextInt(8, 64));
      return object(List.of(member("id", id), info(1), any(1), any(1), any(1)));
    }

    private String info(int level) {
      String time =
          "\"2026-03-%02dT12:00:00%s\"".formatted(random.nextInt(40), rarely() ? "\\u005a" : "Z");
      return member(
          "_info",
          object(
              List.of(
                  member("lastUpdated", rarely() ? value(level + 1) : time),
                  member("updatedBy", rarely() ? value(level + 1) : string(PIECES)),
                  any(level + 1))));
    }

    private String object(List<String> members) {
      List<String> mixed = new ArrayList<>(members);
      Collections.shuffle(mixed, random);
      return "{" + String.join(",", mixed.subList(rarely() ? 1 : 0, mixed.size())) + "}";
    }

    private String any(int level) {
      return member(of(rarely() ? UNUSUAL_NAMES : NAMES), value(level));
    }

    private String member(String name, String value) {
      return blank() + "\"" + name + "\"" + blank() + ":" + blank() + value + blank();
    }

    private String value(int level) {
      return switch (random.nextInt(level < DEEPEST ? 8 : 4)) {
        case 0 -> of(List.of("true", "false", "null"));
        case 1 -> of(NUMBERS);
        case 2 -> string(PIECES);
        case 3 -> string(ESCAPES);
        case 4 -> "[" + blank() + "]";
        case 5 -> "[" + blank() + value(level + 1) + blank() + "," + value(level + 1) + "]";
        case 6 -> "{" + blank() + "}";
        default -> object(List.of(any(level + 1), member("id", of(NUMBERS)), info(level + 1)));
      };
    }

    private String string(List<String> pieces) {
      return random
          .ints(random.nextInt(12), 0, pieces.size())
          .mapToObj(pieces::get)
          .collect(Collectors.joining("", "\"", "\""));
    }

    private String blank() {
      return random.nextInt(5) == 0 ? of(List.of(" ", "\n", "\r\n\t", "  ")) : "";
    }

    private String of(List<String> texts) {
      return texts.get(random.nextInt(texts.size()));
    }

    private boolean rarely() {
      return unusual && random.nextInt(15) == 0;
    }
  }
}
