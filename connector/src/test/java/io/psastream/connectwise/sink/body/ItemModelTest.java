package io.psastream.connectwise.sink.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.catalog.Operation;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the catalogue makes of the items that operations take. */
class ItemModelTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Catalog CATALOG = Catalog.load();
  private static final ItemModel TICKET =
      ItemModel.of(CATALOG.operation("postServiceTickets"), CATALOG);
  private static final String NO_TIME =
      "requiredDate is not a time that means one instant for certain; write 2026-01-31,"
          + " 2026-01-31T12:00:00Z or 2026-01-31T12:00:00+01:00 (without a zone it is UTC)";

  @Test
  void timesInsideAnItemAreBroughtIntoTheFormOfTheApiAndTheRecordIsLeftAsItIs() throws IOException {
    String text =
        "{\"forecastItems\":[{\"recurringDateStart\":\"2026-03-29T03:30:00.123+02:00\","
            + "\"forecastDescription\":\"2026-03-29T03:30:00.123+02:00\"}]}";
    ObjectNode record = (ObjectNode) JSON.readTree(text);
    ObjectNode item = JSON.createObjectNode().setAll(record);

    ItemModel.of(CATALOG.operation("postSalesOpportunitiesByParentIdForecast"), CATALOG)
        .convertTimes(item);

    assertThat(item.at("/forecastItems/0/recurringDateStart").asText())
        .isEqualTo("2026-03-29T01:30:00Z");
    assertThat(item.at("/forecastItems/0/forecastDescription").asText())
        .isEqualTo("2026-03-29T03:30:00.123+02:00");
    assertThat(record).isEqualTo(JSON.readTree(text));
  }

  @Test
  void aTimeOfAnyFormIsTheSameInstantOrRejectedAndNeverAnotherDay() {
    Random random = new Random(16);
    List<String> zones = List.of("", "Z", " z", "UTC", "+0000", "+00", "-05:00", "+0530", "+13:00");
    for (int i = 0; i < 2_000; i++) {
      LocalDateTime time = LocalDateTime.of(1970, 1, 1, 0, 0).plusSeconds(random.nextInt());
      String zone = zones.get(random.nextInt(zones.size()));
      String digits = zone.replaceAll("[^-+0-9]", "");
      ZoneOffset offset = digits.isEmpty() ? ZoneOffset.UTC : ZoneOffset.of(digits);
      String pattern = "uuuu-MM-dd" + (i % 2 == 0 ? "'T'" : " ") + "HH:mm:ss";
      String text =
          DateTimeFormatter.ofPattern(pattern + (i % 3 == 0 ? "'.123'" : "")).format(time);

      assertThat(converted(text + zone)).isEqualTo(time.toInstant(offset).toString());
      assertThat(converted(time.toLocalDate().toString()))
          .isEqualTo(time.toLocalDate() + "T00:00:00Z");
      for (String form : List.of("M/d/uuuu", "dd/MM/uuuu HH:mm", "d.M.uuuu", "MMM d, uuuu")) {
        String other = DateTimeFormatter.ofPattern(form, Locale.ROOT).format(time);
        assertThatThrownBy(() -> converted(other)).hasMessage(NO_TIME).hasNoCause();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01/02/2026",
        "2026-02-30",
        "2026-13-01T00:00:00Z",
        "20260131",
        "1767225600",
        "x",
        "2026-01-31T12:00:00 EST"
      })
  void whatDoesNotMeanOneInstantIsRejectedByTheNameOfItsField(String text) {
    assertThatThrownBy(() -> converted(text)).hasMessage(NO_TIME);
  }

  @Test
  void numbersAreNoTimesAndNothingStaysNothing() {
    ObjectNode item = JSON.createObjectNode().put("requiredDate", 1_767_225_600L);
    assertThatThrownBy(() -> TICKET.convertTimes(item)).hasMessage(NO_TIME);

    ObjectNode empty = JSON.createObjectNode().put("requiredDate", "").putNull("dateEntered");
    TICKET.convertTimes(empty);
    assertThat(empty).hasToString("{\"requiredDate\":\"\",\"dateEntered\":null}");
  }

  @Test
  void theDateOfACustomFieldThatSaysItsTypeIsATime() throws IOException {
    String field = "{\"customFields\":[{\"caption\":\"Due\",\"type\":\"Date\",\"value\":\"%s\"}]}";
    ObjectNode day = (ObjectNode) JSON.readTree(field.formatted("2026-01-31"));
    TICKET.convertTimes(day);
    assertThat(day.at("/customFields/0/value").asText()).isEqualTo("2026-01-31T00:00:00Z");

    ObjectNode american = (ObjectNode) JSON.readTree(field.formatted("1/31/2026"));
    assertThatThrownBy(() -> TICKET.convertTimes(american))
        .hasMessageStartingWith("customFields/Due is not a time");
  }

  private static String converted(String text) {
    ObjectNode item = JSON.createObjectNode().put("requiredDate", text);
    TICKET.convertTimes(item);
    return item.path("requiredDate").asText();
  }

  /** Fields that the specification calls text: what is written to them is a day, or is text. */
  @Test
  void textsThatAreDatesByTheirNameAreTakenAsTimesAndAllOthersAsText() {
    Set<String> dates = new TreeSet<>();
    Set<String> texts = new TreeSet<>();
    Set<String> seen = new HashSet<>();
    for (Operation operation : CATALOG.operations()) {
      ItemModel model = ItemModel.of(operation, CATALOG);
      Stream.of(operation.bodyItem(), operation.item())
          .flatMap(schema -> schema.flatMap(CATALOG::schema).stream())
          .flatMap(schema -> schema.fields().stream())
          .filter(field -> field.type().equals("string") && model.has(field.name()))
          .map(ItemSchema.Field::name)
          .filter(name -> seen.add(operation.bodyItem().or(operation::item) + name))
          .forEach(name -> (isDate(model, name) ? dates : texts).add(name));
    }

    assertThat(dates)
        .contains("closedDate", "dateResolved", "dateResponded", "escalationStartDateUTC")
        .contains(
            "anniversary", "birthDay", "date", "startDate", "shippingDate", "subDateAccepted");
    assertThat(texts.stream().filter(name -> name.matches("(?i).*(date|utc|birth).*")))
        .as("names that speak of dates and are text")
        .allMatch(
            name ->
                name.matches("(?i).*update.*")
                    || Set.of(
                            "dateFilter",
                            "startDateOverride",
                            "endDateOverride",
                            "headerDueDateCaption",
                            "timeStartUtc",
                            "timeEndUtc")
                        .contains(name));
    assertThat(dates).allMatch(name -> name.matches("(?i).*date.*|anniversary|birthDay"));
  }

  private static boolean isDate(ItemModel model, String field) {
    ObjectNode item = JSON.createObjectNode().put(field, "2026-01-31 12:00:00+0100");
    model.convertTimes(item);
    boolean date = item.get(field).asText().equals("2026-01-31T11:00:00Z");
    for (String kept : List.of("2026-01-31", "", date ? "2026-01-31T11:00:00Z" : "01/02/2026")) {
      item.put(field, kept);
      model.convertTimes(item);
      assertThat(item.get(field).asText()).as(field).isEqualTo(kept);
    }
    for (String doubtful : date ? List.of("01/02/2026", "31.1.2026", "soon") : List.<String>of()) {
      assertThatThrownBy(() -> model.convertTimes(item.put(field, doubtful)))
          .hasMessageStartingWith(field + " is not a time");
    }
    return date;
  }
}
