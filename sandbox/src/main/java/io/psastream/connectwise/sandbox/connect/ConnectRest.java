package io.psastream.connectwise.sandbox.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The worker's REST API. Answers that mean "later" (a rebalance, a worker that is starting) are
 * waited out; any other error is a {@link SandboxException} with the worker's message.
 */
public final class ConnectRest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A busy machine starts a worker slowly. */
  private static final Duration PATIENCE_AT_START = Duration.ofMinutes(3);

  /** Errors (500) that the worker means to be tried again, or that its next leader has not. */
  private static final List<String> PASSING =
      List.of("IO Error trying to forward", "timed out", "can be safely retried", "config topic");

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String url;

  /** The REST API at {@code http://host:port}. */
  public ConnectRest(String url) {
    this.url = url;
  }

  /** {@code http://host:port} of the worker. */
  public String url() {
    return url;
  }

  /** Waits until the worker has joined its group and answers. */
  public void awaitReady() {
    send("GET", "/connectors", Optional.empty(), PATIENCE_AT_START);
  }

  /** Class names of the connector plugins that the worker found, with their versions. */
  public Map<String, String> plugins() {
    Map<String, String> plugins = new TreeMap<>();
    for (JsonNode plugin : send("GET", "/connector-plugins", Optional.empty())) {
      plugins.put(plugin.path("class").asText(), plugin.path("version").asText());
    }
    return plugins;
  }

  /** Creates the connector, or changes its configuration. */
  public void put(String name, Map<String, String> config) {
    send("PUT", "/connectors/" + name + "/config", Optional.of(JSON.valueToTree(config)));
  }

  /**
   * Creates the connector and waits until it runs with {@code tasks} tasks; a failed task fails the
   * wait.
   */
  public void start(String name, Map<String, String> config, int tasks) {
    put(name, config);
    awaitRunning(name, tasks);
  }

  /** Waits until the connector runs with {@code tasks} tasks; a failed task fails the wait. */
  public void awaitRunning(String name, int tasks) {
    Await.until(
        name + " running",
        PATIENCE,
        () -> Optional.of(requireHealthy(name)).filter(status -> status.running(tasks)),
        () -> status(name).toString());
  }

  /** The connector's state, unless it or a task of it has failed. */
  public ConnectorStatus requireHealthy(String name) {
    ConnectorStatus status = status(name);
    if (status.failed()) {
      throw new SandboxException(name + " failed: " + status.cause());
    }
    return status;
  }

  /**
   * Connectors that have failed, or a task of which has, with the cause; empty also when no worker
   * answers.
   */
  public List<String> failures() {
    return exchange("GET", "/connectors?expand=status", Optional.empty())
        .filter(answer -> answer.statusCode() == 200)
        .map(answer -> failures(parse(answer.body())))
        .orElseGet(List::of);
  }

  private static List<String> failures(JsonNode connectors) {
    return connectors.properties().stream()
        .map(
            entry -> Map.entry(entry.getKey(), ConnectorStatus.of(entry.getValue().path("status"))))
        .filter(entry -> entry.getValue().failed())
        .map(entry -> entry.getKey() + " failed: " + entry.getValue().cause())
        .toList();
  }

  /** Waits until the connector or a task has failed, and returns the status with the trace. */
  public ConnectorStatus awaitFailed(String name) {
    return Await.until(
        name + " failed",
        PATIENCE,
        () -> Optional.of(status(name)).filter(ConnectorStatus::failed),
        () -> status(name).toString());
  }

  /**
   * The connector's state; {@code UNASSIGNED} without tasks while the worker does not know it yet.
   */
  public ConnectorStatus status(String name) {
    return exchange("GET", "/connectors/" + name + "/status", Optional.empty())
        .filter(answer -> answer.statusCode() == 200)
        .map(answer -> ConnectorStatus.of(parse(answer.body())))
        .orElseGet(() -> new ConnectorStatus("UNASSIGNED", "", List.of()));
  }

  /** Lets the plugin of {@code connector.class} validate a configuration. */
  public Validation validate(Map<String, String> config) {
    return Validation.of(
        send(
            "PUT",
            "/connector-plugins/" + config.get("connector.class") + "/config/validate",
            Optional.of(JSON.valueToTree(config))));
  }

  /** The connector's offsets as the worker reports them. */
  public JsonNode offsets(String name) {
    return send("GET", "/connectors/" + name + "/offsets", Optional.empty());
  }

  /** Changes the offsets of a stopped connector. */
  public JsonNode alterOffsets(String name, JsonNode offsets) {
    return send("PATCH", "/connectors/" + name + "/offsets", Optional.of(offsets));
  }

  /** Forgets the offsets of a stopped connector. */
  public void resetOffsets(String name) {
    send("DELETE", "/connectors/" + name + "/offsets", Optional.empty());
  }

  /** Pauses the connector's tasks; they keep their place and their resources. */
  public void pause(String name) {
    change(name, "pause", "PAUSED");
  }

  /** Lets a paused or stopped connector go on. */
  public void resume(String name) {
    change(name, "resume", "RUNNING");
  }

  /** Stops the connector and its tasks; the configuration stays. */
  public void stop(String name) {
    change(name, "stop", "STOPPED");
  }

  /**
   * Starts what has failed of the connector again, one by one: to restart all at once the leader
   * writes to the topic of configurations, which it may refuse for long after the broker was away.
   */
  public void restartFailed(String name) {
    restart(name, "FAILED"::equals);
  }

  /**
   * The same of all that is not said to run: a worker that stood still may say of what it had that
   * it has ended, after another has begun with it.
   */
  public void restartUnlessRunning(String name) {
    restart(name, state -> !state.equals("RUNNING"));
  }

  private void restart(String name, Predicate<String> states) {
    ConnectorStatus status = status(name);
    if (states.test(status.state())) {
      send("POST", "/connectors/" + name + "/restart", Optional.empty());
    }
    status.tasks().stream()
        .filter(task -> states.test(task.state()))
        .map(task -> "/connectors/" + name + "/tasks/" + task.id() + "/restart")
        .forEach(path -> send("POST", path, Optional.empty()));
  }

  private void change(String name, String verb, String state) {
    send("PUT", "/connectors/" + name + "/" + verb, Optional.empty());
    Await.until(verb + " of " + name, PATIENCE, () -> status(name).state().equals(state));
  }

  /** Deletes the connector; its offsets stay. */
  public void delete(String name) {
    send("DELETE", "/connectors/" + name, Optional.empty());
    Await.until(
        name + " deleted",
        PATIENCE,
        () ->
            exchange("GET", "/connectors/" + name + "/status", Optional.empty())
                .filter(answer -> answer.statusCode() == 404)
                .isPresent());
  }

  /** Any other call, and what the worker answers. */
  public JsonNode send(String method, String path, Optional<JsonNode> body) {
    return send(method, path, body, PATIENCE);
  }

  private JsonNode send(String method, String path, Optional<JsonNode> body, Duration patience) {
    HttpResponse<String> response =
        Await.until(
            method + " " + path,
            patience,
            () -> exchange(method, path, body).filter(answer -> !later(answer)),
            () -> exchange(method, path, body).map(HttpResponse::body).orElse("Nobody listens"));
    if (response.statusCode() >= 300) {
      throw new SandboxException(
          method + " " + path + " → " + response.statusCode() + " " + response.body());
    }
    return response.body().isBlank() ? MissingNode.getInstance() : parse(response.body());
  }

  /**
   * A rebalance (409), a worker that is not ready: 503, and at the very start Jetty's own page; or
   * a leader that has died, or that waits for the broker or has lost it (500).
   */
  private static boolean later(HttpResponse<String> answer) {
    int status = answer.statusCode();
    return status == 409
        || status == 503
        || (status == 404 && answer.body().startsWith("<"))
        || (status == 500 && PASSING.stream().anyMatch(answer.body()::contains));
  }

  /** The answer, or empty when nobody listens on the port (yet). */
  private Optional<HttpResponse<String>> exchange(
      String method, String path, Optional<JsonNode> body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(90))
            .header("Content-Type", "application/json")
            .method(
                method,
                body.map(json -> BodyPublishers.ofString(json.toString()))
                    .orElseGet(BodyPublishers::noBody))
            .build();
    try {
      return Optional.of(http.send(request, BodyHandlers.ofString()));
    } catch (ConnectException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new SandboxException(method + " " + url + path + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Interrupted during " + method + " " + path, e);
    }
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
