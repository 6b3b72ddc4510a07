package io.psastream.connectwise.data.typed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.Bodies;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.data.JsonTextDecoder;
import io.psastream.connectwise.data.LastUpdated;
import io.psastream.connectwise.data.typed.TypedForm.Flattened;
import io.psastream.connectwise.data.typed.TypedForm.FlattenedType;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a server sends: nothing is lost where it is collected, and nothing fails. */
class TypedDecoderPropertyTest {

  private static final List<String> LISTS =
      List.of(
          "getServiceTickets",
          "getCompanyCompanies",
          "getCompanyConfigurations",
          "getSystemMembers",
          "getServiceSurveysByParentIdResults",
          "getSystemReportsByReportNameColumns");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static List<Item> decode(Operation list, Unknown unknown, boolean timestamps, String json)
      throws IOException {
    TypedForm form = new TypedForm(unknown, timestamps, List.of(), Optional.empty());
    return Bodies.structs(new TypedDecoder(Samples.CATALOG, list, form), json);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void losesNothingOfAnyJsonWhereItIsCollected(boolean timestamps) throws IOException {
    for (int seed = 0; seed < 250; seed++) {
      Samples samples = new Samples(seed);
      Operation list = Samples.CATALOG.operation(LISTS.get(seed % LISTS.size()));
      List<JsonNode> sent = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        JsonNode item = samples.random().nextInt(8) == 0 ? samples.any(0) : samples.wild(list);
        if (!item.isNull()) {
          sent.add(item);
        }
      }

      List<Item> items = decode(list, Unknown.COLLECT, timestamps, sent.toString());

      assertThat(items.size()).isEqualTo(sent.size());
      for (int i = 0; i < items.size(); i++) {
        Struct item = (Struct) items.get(i).content();
        item.validate();
        assertThat(difference(Restored.item(item), Restored.normal(sent.get(i)), ""))
            .as("seed %d, item %d of %s", seed, i, list.id())
            .isEmpty();
      }
    }
  }

  @Test
  void dropsWhatItIsToldToAndKeepsTheRest() throws IOException {
    for (int seed = 0; seed < 100; seed++) {
      Operation list = Samples.CATALOG.operation(LISTS.get(seed % 5));
      String sent = new Samples(seed).wild(list).toString();

      Struct collected = (Struct) decode(list, Unknown.COLLECT, true, sent).get(0).content();
      Struct kept = (Struct) decode(list, Unknown.DROP, true, sent).get(0).content();

      kept.schema()
          .fields()
          .forEach(
              field ->
                  assertThat(Objects.equals(kept.get(field), collected.get(field.name())))
                      .as(field.name())
                      .isTrue());
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"COLLECT", "DROP"},
      value = Unknown.class)
  void sameItemGivesTheSameValueAgain(Unknown unknown) throws IOException {
    Operation list = Samples.CATALOG.operation("getServiceTickets");
    String sent = new Samples(3).wild(list).toString();

    assertThat(decode(list, unknown, true, sent)).isEqualTo(decode(list, unknown, true, sent));
  }

  /** A NUL near the beginning of a text looks like UTF-16 to a parser. */
  @Test
  void anItemThatBeginsWithANulIsReadAsItWasReadBefore() throws IOException {
    Operation list = Samples.CATALOG.operation("getServiceTickets");

    List<Item> items = decode(list, Unknown.COLLECT, true, "[\"\0ab\",{\"\0\":1}]");

    assertThat(items)
        .extracting(each -> ((Struct) each.content()).getMap("_extra"))
        .containsExactly(Map.of("_item", "\"\\u0000ab\""), Map.of("", "1"));
  }

  /**
   * Connect checks a value that is put into a Struct with all that is in it, for which it makes two
   * texts of each entry of a map: 60 bytes and more, once for every level above the entry.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"{\"_info\":%s}", "{\"status\":{\"_info\":%s}}", "{\"types\":[{\"_info\":%s}]}"})
  void allocatesLittleButWhatAValueHolds(String item) throws IOException {
    long forTexts = allocated(item.formatted(texts(200))) - allocated(item.formatted(texts(100)));

    assertThat(forTexts / 100).isLessThan(125);
  }

  /** As one of several hundred bytes does whose patterns are not made anew for each value. */
  @Test
  void aCustomFieldWithAFieldOfItsOwnAllocatesLittle() throws IOException {
    List<Flattened> flattened =
        IntStream.range(0, 100)
            .mapToObj(i -> Flattened.of("Caption " + i, FlattenedType.BOOLEAN))
            .toList();
    String fields =
        IntStream.range(0, 100)
            .mapToObj(i -> "{\"caption\":\"Caption %d\",\"value\":\"True\"}".formatted(i))
            .collect(Collectors.joining(",", "{\"customFields\":[", "]}"));

    long own = allocated(fields, flattened) - allocated(fields, List.of());

    assertThat(own / 100).isLessThan(1_000);
  }

  private static String texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"name%d\":\"value\"".formatted(i))
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** The bytes that this thread allocates for it, without what only happens at first. */
  private static long allocated(String item) throws IOException {
    return allocated(item, List.of());
  }

  private static long allocated(String item, List<Flattened> flattened) throws IOException {
    Operation list = Samples.CATALOG.operation("getCompanyCompanies");
    TypedDecoder decoder =
        new TypedDecoder(
            Samples.CATALOG, list, new TypedForm(Unknown.FAIL, true, flattened, Optional.empty()));
    List<Item> texts = Bodies.decode(new JsonTextDecoder(new LastUpdated()), item);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      decoder.structs(texts);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  /** Where two trees differ first, since items are too large for a message. */
  private static String difference(JsonNode is, JsonNode was, String at) {
    if (is == null || was == null || !is.isObject() || !was.isObject()) {
      return Objects.equals(is, was) ? "" : at + " is " + brief(is) + " and was " + brief(was);
    }
    Set<String> names = new TreeSet<>();
    is.fieldNames().forEachRemaining(names::add);
    was.fieldNames().forEachRemaining(names::add);
    return names.stream()
        .map(name -> difference(is.get(name), was.get(name), at + "/" + name))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String brief(JsonNode node) {
    String text = String.valueOf(node);
    return text.substring(0, Math.min(200, text.length()));
  }
}
