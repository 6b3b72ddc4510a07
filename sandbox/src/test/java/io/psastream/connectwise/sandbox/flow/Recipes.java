package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The configurations of {@code docs/recipes.md} at work, all at once: as they are printed, but for
 * the site, the prefix of their topics, the waits, and JSON in the place of Confluent's converter.
 */
final class Recipes {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALERTS = "rmm.alerts";
  private static final String TICKETS_IN = "recipes.tickets.in";
  private static final String TICKETS_OUT = "recipes.tickets.out";
  private static final String END = "recipes.end";

  private final Sandbox sandbox;
  private final Tenant tenant;

  /** What has arrived in the topics of the sources. */
  private final ConcurrentLinkedQueue<ConsumerRecord<String, String>> arrived =
      new ConcurrentLinkedQueue<>();

  Recipes(Sandbox sandbox, Tenant tenant) {
    this.sandbox = sandbox;
    this.tenant = tenant;
  }

  void cook() throws Exception {
    Simulator site = tenant.simulator();
    site.seed().companies(2).documents(1);
    Stream.of(ALERTS, TICKETS_IN, END).forEach(topic -> sandbox.topics().create(topic, 1));
    List<Example> recipes =
        Examples.printed("docs/recipes.md").stream().filter(Recipes::ours).map(this::here).toList();
    assertThat(recipes).hasSize(6);

    Future<?> following =
        CompletableFuture.runAsync(
            () -> sandbox.topics().follow(Pattern.compile("recipes\\..*"), this::arrives));
    recipes.forEach(recipe -> sandbox.connect().put(recipe.name(), recipe.config()));

    JsonNode row = JSON.readTree(await("recipes.tickets.table", "company_name")).path("payload");
    assertThat(row.path("id").isIntegralNumber()).isTrue();
    assertThat(row).noneMatch(JsonNode::isContainerNode);
    assertThat(JSON.readTree(await("recipes.companies", "Company1")).has("_info")).isTrue();
    alertsBecomeOneTicket();
    changesOfTheSinkAreNoEcho();
    String content = content(site);
    assertThat(await("recipes.document.files", content)).isEqualTo(content);

    sandbox.topics().send(END, "", Optional.of(""));
    following.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(sandbox.topics().read("recipes.dead.letters")).isEmpty();
    recipes.forEach(recipe -> sandbox.connect().requireHealthy(recipe.name()));
    recipes.forEach(recipe -> sandbox.connect().delete(recipe.name()));
  }

  private void alertsBecomeOneTicket() {
    alert("Disk full on SRV-01");
    awaitTicket("Disk full on SRV-01");
    alert("Disk nearly full on SRV-01");
    awaitTicket("Disk nearly full on SRV-01");

    assertThat(tenant.tickets().items())
        .filteredOn(ticket -> ticket.json().contains("rmm-4711"))
        .hasSize(1);
  }

  private void alert(String summary) {
    String value =
        "{\"externalXRef\":\"rmm-4711\",\"summary\":\"%s\",\"company\":{\"identifier\":\"Company1\"},"
            + "\"board\":{\"name\":\"Alerts\"}}";
    sandbox.topics().send(ALERTS, "rmm-4711", Optional.of(value.formatted(summary)));
  }

  /** The window that has a later change of somebody else has read the sink's, too. */
  private void changesOfTheSinkAreNoEcho() {
    await(TICKETS_OUT, "\"id\":6");
    sandbox.topics().send(TICKETS_IN, "1", Optional.of("{\"summary\":\"of the other system\"}"));
    awaitTicket("of the other system");
    tenant.tickets().update(2, ticket -> ticket.put("summary", "of a person"));
    await(TICKETS_OUT, "of a person");

    assertThat(arrived)
        .filteredOn(record -> record.topic().equals(TICKETS_OUT))
        .noneMatch(record -> record.value().contains("of the other system"));
  }

  /** Not the sink of the database, for which {@link DatabaseIT} has one. */
  private static boolean ours(Example recipe) {
    return recipe.config().get("connector.class").startsWith("io.psastream.");
  }

  private Example here(Example recipe) {
    Map<String, String> config = new HashMap<>();
    recipe
        .config()
        .forEach(
            (key, value) ->
                config.put(
                    key,
                    value
                        .replaceAll("\\bpsa(?=\\\\?\\.)", "recipes")
                        .replace("${env:CONNECTWISE_SYNC_", "${env:CONNECTWISE_")));
    config.put("connectwise.site.url", tenant.simulator().url());
    if (recipe.config().get("connector.class").endsWith("SourceConnector")) {
      config.put("schedule.interval.ms", "500");
    }
    config.replace("skip.updated.by", Simulator.MEMBER);
    if (config.containsKey("lookup.operation.id")) {
      config.put("lookup.wait.ms", "0"); // 15 s after a start, for creates of a task before
    }
    if (config.get("value.converter").startsWith("io.confluent.")) {
      config.put("value.converter", config.get("key.converter"));
    }
    return new Example(recipe.name(), config);
  }

  private boolean arrives(ConsumerRecord<String, String> record) {
    if (record.value() != null) {
      arrived.add(record);
    }
    return !record.topic().equals(END);
  }

  private String await(String topic, String text) {
    return Await.until(
        "\"" + text + "\" in " + topic,
        PATIENCE,
        () ->
            arrived.stream()
                .filter(record -> record.topic().equals(topic) && record.value().contains(text))
                .map(ConsumerRecord::value)
                .findFirst(),
        () -> sandbox.connect().failures().toString());
  }

  private void awaitTicket(String summary) {
    Await.until(
        "A ticket \"" + summary + "\"",
        PATIENCE,
        () ->
            tenant.tickets().items().stream()
                .map(StoredItem::json)
                .filter(json -> json.contains("\"" + summary + "\""))
                .findFirst(),
        () -> sandbox.connect().failures().toString());
  }

  private static String content(Simulator site) {
    return new String(
        site.store().file("/system/documents/1/download").orElseThrow().content(),
        StandardCharsets.UTF_8);
  }
}
