package io.psastream.connectwise.sandbox.connect;

import io.psastream.connectwise.sandbox.connect.ForkedWorker.Jvm;
import io.psastream.connectwise.sandbox.machine.Ports;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The Prometheus JMX exporter as an agent of a worker's JVM, which shows what a rules file says.
 *
 * @param port where it is asked
 */
public record MetricsAgent(Path jar, Path rules, int port) {
  /** A line of the text format: the name of a metric, its labels, its value. */
  private static final Pattern SAMPLE =
      Pattern.compile("^([a-zA-Z_]\\w*)(\\{.*})? \\S+$", Pattern.MULTILINE);

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

  /** The exporter that the build has put into {@code folder}, on a free port. */
  public static MetricsAgent of(Path folder, Path rules) throws IOException {
    return new MetricsAgent(
        folder.resolve("jmx_prometheus_javaagent.jar").toAbsolutePath(),
        rules.toAbsolutePath(),
        Ports.free());
  }

  /** The same JVM with the agent. */
  public Jvm on(Jvm jvm) {
    return jvm.with("-javaagent:" + jar + "=127.0.0.1:" + port + ":" + rules);
  }

  /** What is shown now: the names of their labels by the names of the metrics. */
  public Map<String, Set<String>> scrape() {
    URI url = URI.create("http://127.0.0.1:" + port + "/metrics");
    HttpRequest request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build();
    try {
      return parse(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new SandboxException("GET " + url + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Interrupted during GET " + url, e);
    }
  }

  private static Map<String, Set<String>> parse(String text) {
    Map<String, Set<String>> metrics = new TreeMap<>();
    for (MatchResult sample : SAMPLE.matcher(text).results().toList()) {
      Set<String> labels = metrics.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
      if (sample.group(2) != null) {
        LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
      }
    }
    return metrics;
  }
}
