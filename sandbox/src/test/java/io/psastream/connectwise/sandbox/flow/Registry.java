package io.psastream.connectwise.sandbox.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.sandbox.AvroPlugin;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.Ports;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;

/**
 * A schema registry (Apicurio's, in memory) in a JVM of its own on loopback, which also speaks the
 * API of Confluent's.
 */
final class Registry implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final String url;

  private Registry(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts one and waits until it answers. */
  static Registry start() throws IOException {
    Path folder = Path.of(System.getProperty("registry"));
    int port = Ports.free();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dquarkus.http.host=127.0.0.1",
                    "-Dquarkus.http.port=" + port,
                    "-jar",
                    jar(folder).toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("registry.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Registry registry = new Registry(process, "http://127.0.0.1:" + port);
    Await.until("The registry's answer", PATIENCE, registry::answers);
    return registry;
  }

  private static Path jar(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder, "*-runner.jar")) {
      return files.iterator().next();
    }
  }

  private Schema schema(int id) throws IOException {
    String answer = get("/apis/ccompat/v7/schemas/ids/" + id).body();
    return new Schema.Parser().parse(new ObjectMapper().readTree(answer).path("schema").asText());
  }

  /** How records are converted with it, keys and values. */
  Map<String, String> converters() {
    Map<String, String> converters = new HashMap<>();
    for (String side : List.of("key.converter", "value.converter")) {
      converters.put(side, AvroPlugin.CONVERTER);
      converters.put(side + ".apicurio.registry.url", url + "/apis/registry/v2");
      converters.put(side + ".apicurio.registry.auto-register", "true");
      converters.put(side + ".apicurio.registry.find-latest", "true");
      converters.put(side + ".apicurio.registry.as-confluent", "true");
      converters.put(side + ".apicurio.registry.headers.enabled", "false");
      converters.put(side + ".apicurio.registry.use-id", "contentId");
    }
    return converters;
  }

  /** What a key or a value in Confluent's format says: a zero, the id of the schema, the value. */
  Object read(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (buffer.get() != 0) {
      throw new SandboxException("The topic holds something that is not in Confluent's format");
    }
    Schema schema = schema(buffer.getInt());
    return new GenericDatumReader<>(schema)
        .read(
            null,
            DecoderFactory.get().binaryDecoder(bytes, buffer.position(), buffer.remaining(), null));
  }

  /** Refuses from now on every version of a schema that is not compatible with the one before. */
  void require(String compatibility) throws IOException {
    String body = "{\"compatibility\":\"" + compatibility + "\"}";
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(url + "/apis/ccompat/v7/config"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    if (answer.statusCode() != 200) {
      throw new SandboxException("The registry answered " + answer.body());
    }
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new SandboxException("The registry ended; see registry.log in its folder");
    }
    try {
      return get("/apis/ccompat/v7/subjects").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    return send(HttpRequest.newBuilder(URI.create(url + path)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
