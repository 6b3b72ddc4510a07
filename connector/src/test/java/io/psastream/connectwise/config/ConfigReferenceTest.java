package io.psastream.connectwise.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sink.config.RouteKeys;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.source.config.SourceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Test;

/**
 * Keeps the pages of {@code docs/} that list the keys equal to the definitions. After a change of a
 * key, {@code ./mvnw test -pl connector -am -Dtest=ConfigReferenceTest -Dreference.write=true
 * -Dsurefire.failIfNoSpecifiedTests=false} writes them anew.
 */
class ConfigReferenceTest {

  private static final Path DOCS = Path.of("..", "docs");

  @Test
  void theSourceReferenceIsCurrent() throws IOException {
    assertCurrent(
        "source-configuration.md",
        reference(
            "Source configuration",
            "Keys of `io.psastream.connectwise.source.ConnectWiseSourceConnector`. With `queries ="
                + " tickets, companies`, each key of the group Queries but `queries` itself and"
                + " `topic.name.pattern` can be given for one query, as in"
                + " `query.tickets.topic`; what is not given there falls back to the key without"
                + " prefix.",
            SourceConfig.definition()));
  }

  @Test
  void theSinkReferenceIsCurrent() throws IOException {
    ConfigDef def = SinkConfig.definition();
    Group selection = new Group(def, "Topics of a route");
    RouteKeys.SELECTION.forEach(
        key -> selection.add(key.as(name -> "route.<name>." + name, key.defaultValue())));
    assertCurrent(
        "sink-configuration.md",
        reference(
            "Sink configuration",
            "Keys of `io.psastream.connectwise.sink.ConnectWiseSinkConnector`. With `routes ="
                + " tickets, notes`, each key of the group Routes but `routes` itself can be given"
                + " for one route, as in `route.tickets.options`; what is not given there falls"
                + " back to the key without prefix. The dead letter topic and the topics of the"
                + " connector are set by Kafka Connect's own keys (`topics`, `errors.*`). What begins"
                + " with `reporter.producer.` is a setting of the producer that writes reports.",
            def));
  }

  private static void assertCurrent(String file, String text) throws IOException {
    Path page = DOCS.resolve(file);
    if (Boolean.getBoolean("reference.write")) {
      Files.writeString(page, text);
    }
    assertThat(page).content().isEqualTo(text);
  }

  private static String reference(String title, String introduction, ConfigDef def) {
    StringBuilder page = new StringBuilder();
    page.append("# ").append(title).append("\n\n").append(introduction).append("\n\n");
    page.append("Generated from the definitions; a test keeps it current.\n");
    for (String group : def.groups()) {
      page.append("\n## ").append(group).append('\n');
      def.configKeys().values().stream()
          .filter(key -> group.equals(key.group))
          .forEach(key -> append(page, key));
    }
    return page.toString();
  }

  private static void append(StringBuilder page, ConfigKey key) {
    page.append("\n### `").append(key.name).append("`\n\n");
    page.append(key.documentation.strip()).append("\n\n");
    page.append("- Type: ").append(key.type.name().toLowerCase(java.util.Locale.ROOT)).append('\n');
    page.append("- Default: ").append(defaultOf(key)).append('\n');
    if (key.validator != null) {
      page.append("- Valid values: ").append(key.validator).append('\n');
    }
    page.append("- Importance: ")
        .append(key.importance.name().toLowerCase(java.util.Locale.ROOT))
        .append('\n');
  }

  private static String defaultOf(ConfigKey key) {
    if (!key.hasDefault()) {
      return "none, required";
    }
    String text = ConfigDef.convertToString(key.defaultValue, key.type);
    return text == null ? "unset" : text.isEmpty() ? "empty" : "`" + text + "`";
  }
}
