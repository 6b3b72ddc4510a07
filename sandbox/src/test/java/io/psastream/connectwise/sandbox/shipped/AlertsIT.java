package io.psastream.connectwise.sandbox.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.Monitoring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The alerts of {@code monitoring/} are explained and tested, and are what Prometheus understands,
 * as far as its own {@code promtool} is here to tell.
 */
final class AlertsIT {

  @Test
  void thePageExplainsEveryAlert() throws IOException {
    assertThat(Monitoring.explained()).containsExactlyElementsOf(alerts());
  }

  @Test
  void everyAlertIsTestedWhereItFires() throws IOException {
    Set<String> firing = new TreeSet<>();
    for (JsonNode test : Monitoring.yaml("alerts-test.yml").path("tests")) {
      for (JsonNode alert : test.path("alert_rule_test")) {
        if (alert.path("exp_alerts").size() > 0) {
          firing.add(alert.path("alertname").asText());
        }
      }
    }

    assertThat(firing).isEqualTo(new TreeSet<>(alerts()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check config prometheus.yml",
        "check rules alerts.yml",
        "test rules alerts-test.yml"
      })
  void promtoolFindsNothing(String command) throws Exception {
    List<String> words = new ArrayList<>(List.of("promtool"));
    words.addAll(List.of(command.split(" ")));
    Process process;
    try {
      process =
          new ProcessBuilder(words)
              .directory(Monitoring.FOLDER.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "promtool, of Debian's package prometheus, is not installed");
      return;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  private static List<String> alerts() throws IOException {
    return Monitoring.alerts().stream().map(alert -> alert.path("alert").asText()).toList();
  }
}
