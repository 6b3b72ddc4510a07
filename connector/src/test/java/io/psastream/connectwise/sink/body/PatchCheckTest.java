package io.psastream.connectwise.sink.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.sink.Fixtures;
import io.psastream.connectwise.sink.body.PatchCheck.Differences;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchCheckTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final JsonNode UNREAD = MissingNode.getInstance();

  private final PatchCheck check =
      new PatchCheck(Optional.of(Set.of("field", "initialDescription")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a\\r\\n b\"            | \"a b \"",
        "\"high\"                 | \"High\"",
        "\"5\"                    | 5",
        "1.333                    | 1.33",
        "5                        | 5.0",
        "true                     | true",
        "\"2026-03-29T03:30:00+02:00\" | \"2026-03-29T01:30:00Z\"",
        "\"2026-03-29\"           | \"2026-03-29T00:00:00Z\"",
        "{\"id\":5}               | {\"id\":5,\"name\":\"Help Desk\"}",
        "{\"identifier\":\"acme\"}| {\"id\":5,\"identifier\":\"Acme\"}",
        "{\"name\":\"New\"}       | {\"id\":5,\"name\":\"New\",\"_info\":{}}",
        "{\"other\":1}            | {\"id\":5}",
        "[1,2]                    | [3]",
        "null                     | null",
        "null                     | 0",
        "null                     | false",
        "null                     | \"\"",
        "\"\"                     | null",
      })
  void acceptsWhatTheServerMayMakeOfAValue(String asked, String got) throws Exception {
    assertThat(unapplied("field", asked, "{\"field\":" + got + "}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"new\"            | \"old\"",
        "5                  | \"1e999999999\"",
        "\"1e-999999999\"   | 5",
        "5                  | 6",
        "true               | false",
        "\"2026-03-29T00:00:00Z\" | \"2026-03-30T00:00:00Z\"",
        "{\"id\":5}         | {\"id\":6}",
        "{\"name\":\"New\"} | {\"id\":5,\"name\":\"Old\"}",
        "null               | \"old\"",
        "null               | {\"id\":5}",
        "\"new\"            | null",
      })
  void noticesWhatWasNotApplied(String asked, String got) throws Exception {
    assertThat(unapplied("field", asked, "{\"field\":" + got + "}")).containsExactly("field");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "+1 (555) 123-4567 | 5551234567     | ",
        "5551234567        | (555) 123-4567 | ",
        "555.123.4567      | 555-123-4567   | 555-123-4567",
        "a very long text  | a very lo      | old",
      })
  void tellsAValueThatTheSiteRewroteFromOneThatWasNotApplied(
      String asked, String got, String before) throws Exception {
    Differences found = differences(asked, got, before);

    assertThat(found.rewritten()).containsExactly("field");
    assertThat(found.unapplied()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "new          | old           | ",
        "new          | old           | Old ",
        "5551234567   | 5559999999    | 555-999-9999",
        "192.168.1.11 | 192.168.11.1  | ",
        "1234567.8    | 12345678      | ",
      })
  void takesWhatMayBeTheOldValueForUnapplied(String asked, String got, String before)
      throws Exception {
    Differences found = differences(asked, got, before);

    assertThat(found.unapplied()).containsExactly("field");
    assertThat(found.rewritten()).isEmpty();
  }

  private Differences differences(String asked, String got, String before)
      throws JsonProcessingException {
    return check.differences(
        operations("field", '"' + asked + '"'),
        JSON.createObjectNode().put("field", got),
        before == null ? UNREAD : JSON.createObjectNode().put("field", before));
  }

  @Test
  void noticesAFieldThatTheItemDoesNotHave() throws Exception {
    assertThat(unapplied("Field", "1", "{\"field\":1}")).containsExactly("Field");
  }

  @Test
  void acceptsThatAKnownFieldDoesNotComeBack() throws Exception {
    assertThat(unapplied("initialDescription", "\"x\"", "{\"field\":1}")).isEmpty();
  }

  @Test
  void acceptsAMissingFieldWhenTheSchemaIsNotKnown() throws Exception {
    JsonNode operations = operations("anything", "1");

    assertThat(
            new PatchCheck(Optional.empty())
                .differences(operations, JSON.readTree("{}"), UNREAD)
                .unapplied())
        .isEmpty();
  }

  @Test
  void noticesACustomFieldThatWasNotAppliedUnlessItIsSecret() throws Exception {
    JsonNode item =
        JSON.readTree(
            "{\"customFields\":[{\"id\":1,\"caption\":\"Points\",\"value\":5.0},"
                + "{\"id\":2,\"caption\":\"Note\",\"value\":\"old\"},"
                + "{\"id\":3,\"type\":\"Password\",\"value\":\"****\"}]}");
    String asked =
        "[{\"id\":1,\"value\":5},{\"caption\":\"note\",\"value\":\"new\"},"
            + "{\"id\":3,\"value\":\"secret\"}]";

    assertThat(check.differences(operations("customFields", asked), item, UNREAD).unapplied())
        .containsExactly("customFields/note");
  }

  @Test
  void leavesIndexesAndRemovalsAlone() throws Exception {
    JsonNode operations =
        JSON.readTree(
            "[{\"op\":\"remove\",\"path\":\"x\"},{\"op\":\"add\",\"path\":\"y/0\",\"value\":1}]");

    assertThat(check.differences(operations, JSON.readTree("{\"x\":1}"), UNREAD).unapplied())
        .isEmpty();
  }

  @Test
  void takesTheFieldsOfTheItemFromTheCatalogue() {
    Map<String, PatchCheck> checks =
        PatchCheck.of(
            Fixtures.routes(
                "routes", "a,b,c",
                "route.a.topics", "a",
                "route.b.topics", "b",
                "route.c.topics", "c",
                "options", "{\"id\":\"${key}\"}",
                "mutate.operation.id", "patchServiceTicketsById",
                "route.b.behavior.on.unapplied", "ignore",
                "route.c.mutate.operation.id", "putServiceTicketsById"),
            Fixtures.CATALOG);

    assertThat(checks).containsOnlyKeys("patchServiceTicketsById");
    assertThat(checks.get("patchServiceTicketsById").known().orElseThrow())
        .contains("summary", "initialDescription", "skipCallback")
        .doesNotContain("Summary");
  }

  private List<String> unapplied(String field, String asked, String item)
      throws JsonProcessingException {
    return check.differences(operations(field, asked), JSON.readTree(item), UNREAD).unapplied();
  }

  private static JsonNode operations(String field, String value) throws JsonProcessingException {
    return JSON.readTree(
        "[{\"op\":\"replace\",\"path\":\"" + field + "\",\"value\":" + value + "}]");
  }
}
