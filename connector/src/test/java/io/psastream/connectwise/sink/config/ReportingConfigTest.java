package io.psastream.connectwise.sink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.config.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    properties.put("reporter.producer.compression.type", "lz4");

    Reporting reporting = parsed();

    assertThat(reporting.resultTopic()).contains("psa.results");
    assertThat(reporting.errorTopic()).isEqualTo(Optional.empty());
    assertThat(reporting.producer())
        .isEqualTo(
            Map.of(
                "bootstrap.servers", List.of("a:9092", "b:9092"),
                "client.id", "tickets-reporter",
                "linger.ms", "20",
                "compression.type", "lz4",
                "acks", "all",
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
    properties.put("reporter.producer.linger.ms", "some");
    properties.put("reporter.producer.acks", "1");

    assertThat(problems())
        .containsOnlyKeys("reporter.producer.linger.ms", "reporter.producer.acks");
  }

  /** All that can load code, read files or URLs of the worker's, or take its identity. */
  @Test
  void takesNoSettingThatIsNotListed() {
    Set<String> names = new TreeSet<>(ProducerConfig.configNames());
    names.removeIf(name -> name.matches(HARMLESS));
    names.addAll(List.of("config.providers", "config.providers.file.class", "of.an.interceptor"));
    assertThat(names)
        .contains(
            "interceptor.classes",
            "partitioner.class",
            "metric.reporters",
            "security.providers",
            "sasl.login.class",
            "sasl.login.callback.handler.class",
            "sasl.client.callback.handler.class",
            "sasl.oauthbearer.token.endpoint.url",
            "sasl.kerberos.kinit.cmd",
            "ssl.engine.factory.class",
            "key.serializer",
            "bootstrap.servers");
    names.forEach(name -> properties.put("reporter.producer." + name, "x"));

    assertThat(problems().keySet())
        .containsExactlyInAnyOrderElementsOf(
            names.stream().map(name -> "reporter.producer." + name).toList());
    assertThatThrownBy(this::parsed).isInstanceOf(ConfigException.class);
  }

  /** So that a task that follows a killed one need not wait a minute. */
  @Test
  void theProducerOfTheLedgerMayAlsoBeToldHowLongItsTransactionsLast() {
    properties.put("ledger.topic", "psa.ledger");
    properties.put("ledger.bootstrap.servers", "a:9092");
    properties.put("ledger.producer.transaction.timeout.ms", "10000");
    properties.put("ledger.producer.linger.ms", "5");
    assertThat(problems()).containsOnlyKeys("connectwise.site.url");

    properties.put("ledger.producer.transactional.id", "mine");
    properties.put("ledger.producer.interceptor.classes", "x");
    assertThat(problems())
        .containsOnlyKeys(
            "ledger.producer.transactional.id", "ledger.producer.interceptor.classes");
  }

  private static final String HARMLESS =
      "acks|batch.size|buffer.memory|client.(id|dns.lookup)|compression.*|connections.*"
          + "|delivery.timeout.ms|linger.ms|max.(block.ms|request.size)|metadata.max.age.ms"
          + "|receive.buffer.bytes|reconnect.*|request.timeout.ms|retry.*|sasl.(jaas.config|mechanism)"
          + "|security.protocol|send.buffer.bytes|socket.*|ssl.(?!engine).*";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.sun.security.auth.module.JndiLoginModule required x=\"y\";",
        "com.sun.security.auth.module.Krb5LoginModule required keyTab=\"/etc/S3CRET\";",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=a password=S3"
            + " CRET;",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"a\""
            + " password=\"S3CRET\"; org.example.Module required;",
        "PlainLoginModule required;",
        "S3CRET",
        ""
      })
  void takesNoLoginButOneByUserAndPassword(String jaas) {
    properties.put("reporter.producer.security.protocol", "SASL_SSL");
    properties.put("reporter.producer.sasl.mechanism", "PLAIN");
    properties.put("reporter.producer.sasl.jaas.config", jaas);

    assertThat(problems()).containsOnlyKeys("reporter.producer.sasl.jaas.config");
    assertThat(problems().toString()).doesNotContain("S3", "CRET");
  }

  @Test
  void takesALoginByUserAndPassword() {
    properties.put("reporter.producer.security.protocol", "SASL_SSL");
    properties.put(
        "reporter.producer.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"a\""
            + " password=\"b\";");
    assertThat(problems()).containsOnlyKeys("reporter.producer.sasl.mechanism");

    properties.put("reporter.producer.sasl.mechanism", "SCRAM-SHA-512");
    properties.put("reporter.producer.ssl.truststore.location", "/etc/kafka/trust.p12");
    assertThat(problems()).containsOnlyKeys("connectwise.site.url");
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
