package io.psastream.connectwise.sink.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.config.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

class ReportingConfigTest {

  private static final Catalog CATALOG = Catalog.load();

  private final Map<String, String> properties =
      Connection.with(
          "name", "tickets",
          "topics", "psa.tickets, psa.more",
          "mutate.operation.id", "postServiceTickets",
          "reporter.result.topic", "psa.results",
          "reporter.bootstrap.servers", "a:9092, b:9092");

  @Test
  void handsItsOwnSettingsToTheProducer() {
    properties.put("reporter.producer.linger.ms", "20");
    properties.put("reporter.producer.acks", "1");

    Reporting reporting = parsed();

    assertThat(reporting.resultTopic()).contains("psa.results");
    assertThat(reporting.errorTopic()).isEqualTo(Optional.empty());
    assertThat(reporting.producer())
        .isEqualTo(
            Map.of(
                "bootstrap.servers", List.of("a:9092", "b:9092"),
                "client.id", "tickets-reporter",
                "linger.ms", "20",
                "acks", "1",
                "max.block.ms", "10000"));
    assertThat(reporting.maxRequestBytes()).isEqualTo(1_048_576);
    properties.put("reporter.producer.max.request.size", "2000000");
    assertThat(parsed().maxRequestBytes()).isEqualTo(2_000_000);
  }

  @Test
  void isNotWantedByDefault() {
    properties.remove("reporter.result.topic");
    properties.remove("reporter.bootstrap.servers");

    assertThat(parsed().wanted()).isFalse();
    assertThat(problems()).containsOnlyKeys("connectwise.site.url");
  }

  @Test
  void needsToKnowTheBrokers() {
    properties.remove("reporter.bootstrap.servers");

    assertThat(problems()).containsOnlyKeys("reporter.bootstrap.servers");
  }

  @Test
  void refusesATopicThatTheConnectorReads() {
    properties.put("reporter.result.topic", "psa.more");
    assertThat(problems().get("reporter.result.topic").get(0))
        .contains("this connector reads \"psa.more\" itself");

    properties.remove("topics");
    properties.put("topics.regex", "psa\\..*");
    properties.put("reporter.result.topic", "results");
    properties.put("reporter.error.topic", "psa.errors");
    assertThat(problems()).containsOnlyKeys("reporter.error.topic");
  }

  @Test
  void putsAWrongSettingOfTheProducerOnItsOwnKey() {
    properties.put("reporter.producer.acks", "some");
    properties.put("reporter.producer.of.an.interceptor", "x");

    assertThat(problems()).containsOnlyKeys("reporter.producer.acks");
  }

  private Reporting parsed() {
    return new SinkConfig(properties, CATALOG).reporting();
  }

  private Map<String, List<String>> problems() {
    return SinkConfig.validate(properties, CATALOG).configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
  }
}
