package io.psastream.connectwise.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.config.Connection;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorSettings;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.source.config.SourceConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the pages say can be done: links lead somewhere, configurations are valid, commands run, and
 * a reader finds every page from one.
 */
class DocumentsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path DOCS = ROOT.resolve("docs");
  private static final Catalog CATALOG = Catalog.load();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SimulatorSettings ACCEPTED = SimulatorSettings.defaults();
  private static final Simulator SIMULATOR = Simulator.start();

  private static final Pattern BLOCK =
      Pattern.compile(
          "^```(?<language>\\w*)\n(?<text>.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:)(?<file>[^)#\\s]*)(?:#(?<anchor>[^)\\s]+))?\\)");
  private static final Pattern ANCHOR =
      Pattern.compile("^#+ (?<heading>.+)$|<a id=\"(?<id>[^\"]+)\">", Pattern.MULTILINE);

  /** A line of the configuration of a KafkaConnector, or its class. */
  private static final Pattern RESOURCE =
      Pattern.compile("^ {2}(?: {2})?(class|[a-z]+\\.[\\w.]+|topic): (.+)$", Pattern.MULTILINE);

  /** Keys that Connect reads, or that are handed on to what it runs. */
  private static final Pattern CONNECTS =
      Pattern.compile(
          "name|connector\\.class|tasks\\.max|topics|topics\\.regex|(errors|transforms|predicates"
              + "|topic\\.creation|(key|value|header)\\.converter|(producer|consumer|admin)\\.override"
              + "|(reporter|ledger)\\.producer)(\\..+)?");

  @AfterAll
  static void stop() {
    SIMULATOR.close();
  }

  /** Every page that is written by hand and shipped or shown on the repository's page. */
  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder :
        List.of("", "docs", "docs/operations", "config-examples", "simulator", "catalog")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
      }
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pageBeginsWithWhatItIsFor(Path page) throws IOException {
    List<String> lines = Files.readAllLines(page);

    assertThat(lines.get(0)).matches("# .+");
    assertThat(lines.get(1)).isEmpty();
    assertThat(lines.get(2)).as("the first sentence").matches("[`\\[\\w].{30,}");
  }

  @Test
  void everyPageIsFoundFromTheFirst() throws IOException {
    assertThat(targets(ROOT.resolve("README.md"))).contains(DOCS.resolve("README.md"));
    try (Stream<Path> all = Files.list(DOCS)) {
      assertThat(targets(DOCS.resolve("README.md")))
          .containsAll(
              all.filter(file -> file.toString().endsWith(".md") && !file.endsWith("README.md"))
                  .toList());
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void noLinkIsDead(Path page) throws IOException {
    List<String> dead = new ArrayList<>();
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      Path target = target(page, link);
      boolean found =
          Files.exists(target)
              && (link.group("anchor") == null || anchors(target).contains(link.group("anchor")));
      if (!found) {
        dead.add(link.group());
      }
    }

    assertThat(dead).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void configurationsAreValidAndHaveNoKeyThatNobodyReads(Path page) throws IOException {
    for (String text : blocks(page, "json")) {
      JsonNode json = parsed(text);
      JsonNode config = json.path("config").isObject() ? json.path("config") : json;
      if (config.path("connector.class").asText().startsWith("io.psastream.")) {
        Map<String, String> given = new TreeMap<>();
        config.properties().forEach(entry -> given.put(entry.getKey(), entry.getValue().asText()));
        assertValid(given);
      }
    }
  }

  @Test
  void connectorOfStrimziHasAValidConfiguration() throws IOException {
    Map<String, String> given = new TreeMap<>();
    for (String text : blocks(DOCS.resolve("install.md"), "yaml")) {
      if (text.contains("kind: KafkaConnector\n")) {
        RESOURCE
            .matcher(text)
            .results()
            .forEach(
                line ->
                    given.put(
                        line.group(1).equals("class") ? "connector.class" : line.group(1),
                        line.group(2)));
      }
    }

    assertThat(given).containsKey("operation.id");
    assertValid(given);
  }

  /** Those of docs/sink.md are the lines that matter; each has to be a key of the sink. */
  @Test
  void partsOfConfigurationsHaveKeysThatThereAre() throws IOException {
    Set<String> keys = SinkConfig.definition().names();

    for (String text : blocks(DOCS.resolve("sink.md"), "json")) {
      if (text.startsWith("\"")) {
        assertThat(keys(parsed(text)))
            .filteredOn(key -> !CONNECTS.matcher(key).matches())
            .allMatch(key -> keys.contains(key.replaceFirst("^route\\.\\w+\\.", "")), text);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void commandsOfTheRepositoryRun(Path page) throws IOException {
    for (String line : commands(page)) {
      String[] words = line.split(" ");
      if (words[0].equals("bin/connectwise-operations") && words[1].equals("try")) {
        assertThat(ROOT.resolve(words[2])).as("what " + line + " reads of a site").isRegularFile();
      } else if (words[0].equals("bin/connectwise-operations")) {
        StringWriter err = new StringWriter();
        String[] arguments = List.of(words).subList(1, words.length).toArray(String[]::new);
        int code =
            OperationsCommand.run(
                new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
        assertThat(code).as(line + ": " + err).isZero();
      } else if (words[0].contains("/") && !words[0].startsWith("/")) {
        assertThat(ROOT.resolve(words[0])).as(line).isExecutable();
      }
    }
  }

  @Test
  void shellBlocksAreShell() throws Exception {
    StringBuilder all = new StringBuilder();
    for (Path page : pages()) {
      for (String text : blocks(page, "sh")) {
        all.append("(\n").append(text).append(")\n");
      }
    }
    Process shell = new ProcessBuilder("sh", "-n").redirectErrorStream(true).start();
    shell.outputWriter().append(all).close();

    assertThat(shell.inputReader().lines()).isEmpty();
    assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).isZero();
  }

  /** Against the simulator in the place of the site, and without what only Kafka could tell. */
  private static void assertValid(Map<String, String> given) {
    Map<String, String> properties = new HashMap<>(given);
    properties.put("connectwise.site.url", SIMULATOR.url());
    properties.put("connectwise.username", ACCEPTED.company() + "+" + ACCEPTED.publicKey());
    properties.put("connectwise.password", ACCEPTED.privateKey());
    properties.put("connectwise.client.id", ACCEPTED.clientId());
    boolean source = given.get("connector.class").contains(".source.");
    Config validated =
        source
            ? SourceConfig.validate(properties, CATALOG)
            : SinkConfig.validate(properties, CATALOG);
    ConfigDef keys = source ? SourceConfig.definition() : SinkConfig.definition();
    Set<String> read = new TreeSet<>(keys.names());
    validated.configValues().stream().map(ConfigValue::name).forEach(read::add);

    assertThat(Connection.problems(validated)).as(given.toString()).isEmpty();
    assertThat(given.keySet()).filteredOn(key -> !CONNECTS.matcher(key).matches()).isSubsetOf(read);
  }

  private static JsonNode parsed(String text) throws JsonProcessingException {
    return JSON.readTree(text.startsWith("\"") ? "{" + text + "}" : text);
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static List<String> blocks(Path page, String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(page))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  private static List<String> commands(Path page) throws IOException {
    return Stream.concat(blocks(page, "sh").stream(), blocks(page, "").stream())
        .flatMap(String::lines)
        .filter(line -> line.matches("(\\./|bin/|\\.ci/|sandbox/)\\S+( .*)?"))
        .toList();
  }

  private static Set<Path> targets(Path page) throws IOException {
    Set<Path> targets = new TreeSet<>();
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      targets.add(target(page, link));
    }
    return targets;
  }

  private static Path target(Path page, Matcher link) {
    return link.group("file").isEmpty()
        ? page
        : page.getParent().resolve(link.group("file")).normalize();
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new TreeSet<>();
    Matcher anchor = ANCHOR.matcher(Files.readString(page));
    while (anchor.find()) {
      anchors.add(
          anchor.group("id") != null
              ? anchor.group("id")
              : anchor
                  .group("heading")
                  .toLowerCase(Locale.ROOT)
                  .replaceAll("[^\\p{L}\\p{N} _-]", "")
                  .replace(' ', '-'));
    }
    return anchors;
  }
}
