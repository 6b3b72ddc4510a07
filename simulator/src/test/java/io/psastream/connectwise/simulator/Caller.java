package io.psastream.connectwise.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Calls a simulator the way an integration would, with its credentials. */
public final class Caller {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Simulator simulator;

  public Caller(Simulator simulator) {
    this.simulator = simulator;
  }

  /** The answer to a GET below {@code /apis/3.0}. */
  public HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  public HttpResponse<String> send(String method, String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json; charset=utf-8")
            .method(method, BodyPublishers.ofString(json)));
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A request with credentials, to be completed. */
  public HttpRequest.Builder request(String path) {
    String user = simulator.username() + ":" + simulator.password();
    return HttpRequest.newBuilder(URI.create(simulator.url() + "/v4_6_release/apis/3.0" + path))
        .header(
            "Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8)))
        .header("clientId", simulator.clientId());
  }

  /** The path with one more query parameter. */
  public static String with(String path, String name, String value) {
    return path + (path.contains("?") ? "&" : "?") + name + "=" + URLEncoder.encode(value, UTF_8);
  }

  /** The names of the fields of an object. */
  public static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  public static JsonNode json(HttpResponse<String> response) {
    try {
      return MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
