package io.psastream.connectwise.source.offset;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.source.config.SourceConfig;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

/**
 * The partition is the key of Connect's offset store, so its bytes matter, and the alias does not.
 */
class SourcePartitionTest {

  @Test
  void hasTheSameBytesInEveryJvmAndAfterConnectHasReadThem() {
    Map<String, String> partition = partition(Map.of("operation.id", "getServiceTickets"));

    String bytes = serialized(partition);

    // The order of a HashMap follows from the keys alone.
    assertThat(bytes)
        .containsSubsequence("\"site\"", "\"options\"", "\"company\"", "\"operation\"");
    assertThat(serialized(deserialized(bytes))).isEqualTo(bytes);
  }

  @Test
  void ofAChunkHasTheSameBytesInEveryJvmAndAfterConnectHasReadThem() {
    Map<String, String> partition = partition(Map.of("operation.id", "getServiceTickets"));

    String bytes = serialized(SourcePartition.chunk(partition, 7));

    assertThat(serialized(deserialized(bytes))).isEqualTo(bytes);
  }

  @Test
  void staysTheSameUnderAnotherAliasAndForOtherFields() {
    Map<String, String> unnamed = partition(Map.of("operation.id", "getServiceTickets"));
    Map<String, String> named =
        partition(
            Map.of(
                "queries", "a",
                "query.a.operation.id", "getServiceTickets",
                "query.a.options", "{\"fields\": \"id,summary\"}"));

    assertThat(named).isEqualTo(unnamed);
  }

  @Test
  void isAnotherForOtherConditions() {
    Map<String, String> all = partition(Map.of("operation.id", "getServiceTickets"));
    Map<String, String> open =
        partition(
            Map.of(
                "operation.id", "getServiceTickets",
                "options", "{\"conditions\": \"closedFlag=false\"}"));

    assertThat(open).isNotEqualTo(all);
  }

  /** Spelled in another way, a query goes on where it was; of another meaning, it does not. */
  @Test
  void isTheSameForEverySpellingOfTheSameOptions() {
    Random random = new Random(20260301);
    List<String> meant =
        List.of("board/name", "=", "\\\"Help  Desk and\\\"", "and", "closedFlag", "=", "false");
    Map<String, String> usual =
        withOptions("{\"conditions\": \"" + String.join(" ", meant) + "\"}");
    for (int i = 0; i < 200; i++) {
      StringBuilder conditions = new StringBuilder(" ".repeat(random.nextInt(3)));
      for (String word : meant) {
        boolean separates = word.equals("and") || conditions.toString().endsWith("and");
        conditions.append(" ".repeat((separates ? 1 : 0) + random.nextInt(3)));
        boolean anyCase = (word.equals("and") || word.equals("false")) && random.nextBoolean();
        conditions.append(anyCase ? word.toUpperCase(Locale.ROOT) : word);
        conditions.append(word.equals("and") ? " " : "");
      }
      String other = random.nextBoolean() ? ", \"childConditions\": \" \"" : "";
      assertThat(withOptions("{\"conditions\": \"" + conditions + " \"" + other + "}"))
          .as(conditions.toString())
          .isEqualTo(usual);
    }
    for (String different :
        List.of(
            "board/name=\\\"Help Desk and\\\" and closedFlag=false",
            "board/name=\\\"Help  Desk AND\\\" and closedFlag=false",
            "board/name=\\\"Help  Desk and\\\" or closedFlag=false",
            "board/name=\\\"Help  Desk and\\\" and closedFlag=true")) {
      assertThat(withOptions("{\"conditions\": \"" + different + "\"}")).isNotEqualTo(usual);
    }
  }

  @Test
  void isTheSameForANumberInTextAndInAnyOrder() {
    assertThat(documents("{\"recordType\": \"Ticket\", \"recordId\": 7}"))
        .isEqualTo(documents("{\"recordId\": \"7\", \"recordType\": \"Ticket\"}"))
        .isNotEqualTo(documents("{\"recordId\": \"70\", \"recordType\": \"Ticket\"}"));
  }

  @Test
  void withANameItGoesByThatAndTheOperationAlone() {
    Map<String, String> query =
        new HashMap<>(Map.of("operation.id", "getServiceTickets", "offset.name", "open"));
    Map<String, String> named = partition(query);

    query.put("options", "{\"conditions\": \"closedFlag=false\"}");
    assertThat(partition(query)).isEqualTo(named);
    assertThat(SourcePartition.isValid(named)).isTrue();

    query.put("offset.name", "closed");
    assertThat(partition(query)).isNotEqualTo(named);
    query.put("offset.name", "open");
    query.put("operation.id", "getProjectTickets");
    assertThat(partition(query)).isNotEqualTo(named);
  }

  private static Map<String, String> withOptions(String options) {
    return partition(Map.of("operation.id", "getServiceTickets", "options", options));
  }

  private static Map<String, String> documents(String options) {
    return partition(Map.of("operation.id", "getSystemDocuments", "options", options));
  }

  private static Map<String, String> partition(Map<String, String> query) {
    Map<String, String> properties = new HashMap<>(query);
    properties.put("connectwise.site.url", "https://na.myconnectwise.net");
    properties.put("connectwise.username", "company+public");
    properties.put("connectwise.password", "private");
    properties.put("connectwise.client.id", "client");
    SourceConfig config = new SourceConfig(properties, Catalog.load());
    return SourcePartition.of(config.connection(), config.queries().get(0));
  }

  private static String serialized(Object partition) {
    return new String(
        converter().fromConnectData("", null, List.of("name", partition)), StandardCharsets.UTF_8);
  }

  private static Object deserialized(String bytes) {
    List<?> key =
        (List<?>) converter().toConnectData("", bytes.getBytes(StandardCharsets.UTF_8)).value();
    return key.get(1);
  }

  /** As workers set it up for their offsets topic. */
  private static JsonConverter converter() {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false"), true);
    return converter;
  }
}
