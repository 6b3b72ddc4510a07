package io.psastream.connectwise.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.source.config.SourceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

/** What graphical tools are told besides values: which keys to hide, and when to ask again. */
class FormsTest {

  private static final Catalog CATALOG = Catalog.load();

  private static List<String> hidden(Config validated) {
    return validated.configValues().stream()
        .filter(value -> !value.visible())
        .map(ConfigValue::name)
        .toList();
  }

  private static Map<String, String> offline(String... keysAndValues) {
    Map<String, String> properties = Connection.with(keysAndValues);
    properties.put("connectwise.username", "nobody"); // so that the site is not asked
    return properties;
  }

  @Test
  void keysOfASourceWithoutEffectAreHidden() {
    Map<String, String> properties =
        offline(
            "queries", "a, b",
            "query.a.operation.id", "getServiceTickets",
            "query.b.operation.id", "getServiceTicketsByParentIdNotes",
            "query.b.parent", "a",
            "query.b.options", "{\"parentId\": \"${parent.id}\"}");

    List<String> hidden = hidden(SourceConfig.validate(properties, CATALOG));
    assertThat(hidden)
        .contains(
            "http.proxy.port",
            "http.proxy.user",
            "http.proxy.password",
            "heartbeat.interval.ms",
            "query.a.deletes.max.ratio",
            "query.a.on.child.error",
            "query.a.custom.fields.captions",
            "query.b.schedule.interval.ms",
            "query.b.deletes.detect")
        .doesNotContain(
            "http.proxy.host",
            "heartbeat.topic",
            "query.a.deletes.detect",
            "query.a.schedule.interval.ms",
            "query.b.on.child.error",
            "query.a.timestamp.format");

    properties.put("http.proxy.host", "proxy.example.com");
    properties.put("query.a.deletes.detect", "sweep");
    properties.put("query.a.schema.mode", "none");
    properties.put("heartbeat.topic", "h");
    assertThat(hidden(SourceConfig.validate(properties, CATALOG)))
        .contains("query.a.timestamp.format")
        .doesNotContain("http.proxy.port", "query.a.deletes.max.ratio", "heartbeat.interval.ms");
  }

  @Test
  void keysOfASinkWithoutEffectAreHidden() {
    Map<String, String> properties =
        offline("topics", "t", "mutate.operation.id", "postServiceTickets");

    assertThat(hidden(SinkConfig.validate(properties, CATALOG)))
        .contains(
            "patch.format",
            "put.merge",
            "lookup.conditions",
            "behavior.on.exists",
            "reporter.bootstrap.servers",
            "ledger.bootstrap.servers")
        .doesNotContain("lookup.operation.id", "ledger.topic", "reporter.error.topic");
  }

  @Test
  void aKeyWithAProblemIsShown() {
    Map<String, String> properties =
        offline("operation.id", "getServiceTickets", "deletes.max.ratio", "0.5");

    Config validated = SourceConfig.validate(properties, CATALOG);

    assertThat(Connection.problems(validated)).containsKey("deletes.max.ratio");
    assertThat(hidden(validated)).doesNotContain("deletes.max.ratio");
  }

  /** A key with two parents would be checked twice, and its problem told twice. */
  @Test
  void everyDependentIsAKeyThatDependsOnOneAlone() {
    for (ConfigDef def : List.of(SourceConfig.definition(), SinkConfig.definition())) {
      List<String> dependents = new ArrayList<>();
      def.configKeys().values().forEach(key -> dependents.addAll(key.dependents));
      assertThat(dependents).isNotEmpty().doesNotHaveDuplicates().isSubsetOf(def.names());
    }
    List<ConfigValue> values =
        SourceConfig.validate(
                offline("queries", "a", "query.a.operation.id", "getServiceTickets"), CATALOG)
            .configValues();
    assertThat(Stream.of("query.a.page.size", "query.a.deletes.max.ratio"))
        .allMatch(name -> values.stream().filter(it -> it.name().equals(name)).count() == 1);
  }
}
