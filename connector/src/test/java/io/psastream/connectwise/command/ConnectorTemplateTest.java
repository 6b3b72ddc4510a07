package io.psastream.connectwise.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.command.ConnectorTemplate.Format;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.source.config.SourceConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

/** The templates of all operations. */
class ConnectorTemplateTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Catalog CATALOG = Catalog.load();

  /** As a worker would see it: the environment resolved and the placeholders filled in. */
  private static Map<String, String> filledIn(Operation operation) throws IOException {
    String text = ConnectorTemplate.of(operation, CATALOG).text(Format.JSON, true);
    Map<String, String> config = new HashMap<>();
    JSON.readTree(text)
        .path("config")
        .properties()
        .forEach(entry -> config.put(entry.getKey(), filledIn(entry.getValue())));
    return config;
  }

  private static String filledIn(JsonNode value) {
    return value
        .asText()
        .replace("${env:CONNECTWISE_USERNAME}", "company+key")
        .replaceAll("\\$\\{env:\\w+}", "9f1c27ab-0000-4000-8000-000000000000")
        .replaceAll("<[^>]*>", "1");
  }

  @Test
  void everyOperationHasATemplateThatTheConnectorsAccept() throws IOException {
    Map<String, String> refused = new TreeMap<>();
    for (Operation operation : CATALOG.operations()) {
      Map<String, String> config = filledIn(operation);
      try {
        if (operation.method() == HttpMethod.GET) {
          assertThat(new SourceConfig(config, CATALOG).queries())
              .extracting(query -> query.operation().id())
              .containsExactly(operation.id());
        } else {
          assertThat(new SinkConfig(config, CATALOG).routes()).hasSize(1);
        }
      } catch (ConfigException e) {
        refused.put(operation.id(), e.getMessage());
      }
    }
    assertThat(refused).isEmpty();
  }

  /** A few of each module, since validation offers every operation that fits. */
  @Test
  void noTemplateHasAKeyThatValidationRefuses() throws IOException {
    for (int i = 0; i < CATALOG.operations().size(); i += 60) {
      Operation operation = CATALOG.operations().get(i);
      Map<String, String> config = filledIn(operation);
      config.put("connectwise.username", "nobody"); // so that the site is not asked
      Config validated =
          operation.method() == HttpMethod.GET
              ? SourceConfig.validate(config, CATALOG)
              : SinkConfig.validate(config, CATALOG);
      assertThat(validated.configValues())
          .filteredOn(value -> !value.errorMessages().isEmpty())
          .extracting(ConfigValue::name)
          .as(operation.id())
          .containsExactlyInAnyOrder("connectwise.username", "connectwise.site.url");
    }
  }

  @Test
  void noCommentHoldsWhatAWorkerWouldResolve() {
    assertThat(CATALOG.operations())
        .flatExtracting(operation -> ConnectorTemplate.of(operation, CATALOG).lines())
        .extracting(ConnectorTemplate.Line::comment)
        .noneMatch(comment -> comment.contains("${"));
  }

  /** On a worker of any converters, and brokers that create no topics. */
  @Test
  void everyTemplateSaysHowItsRecordsAreWrittenAndWhereRejectedOnesGo() throws IOException {
    for (Operation operation : CATALOG.operations()) {
      Map<String, String> config = filledIn(operation);
      assertThat(config).containsKeys("key.converter", "value.converter");
      if (operation.method() == HttpMethod.GET) {
        assertThat(SourceConfig.advice(config)).as(operation.id()).isEmpty();
        assertThat(config)
            .containsKeys(
                "topic.creation.default.replication.factor", "topic.creation.default.partitions");
        boolean json = config.get("value.converter").endsWith(".JsonConverter");
        assertThat(config.get("schema.mode")).isEqualTo(json ? "none" : null);
      } else {
        assertThat(config)
            .containsKeys("errors.deadletterqueue.topic.name")
            .containsEntry("errors.tolerance", "all");
      }
    }
  }

  @Test
  void tellsTheRequiredFieldsOfWhatIsCreated() {
    assertThat(ConnectorTemplate.of(CATALOG.operation("postServiceTickets"), CATALOG).lines())
        .filteredOn(line -> line.key().equals("items"))
        .extracting(ConnectorTemplate.Line::comment)
        .singleElement()
        .asString()
        .contains("Ticket", "required: summary (string)");
  }

  @Test
  void sendsDeletesForTombstones() {
    assertThat(ConnectorTemplate.of(CATALOG.operation("deleteServiceTicketsById"), CATALOG).lines())
        .extracting(ConnectorTemplate.Line::key)
        .contains("delete.operation.id")
        .doesNotContain("mutate.operation.id", "items");
  }
}
