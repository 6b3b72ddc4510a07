package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.psastream.connectwise.client.ClientSettings.Proxy;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** A server or proxy that repeats what it was sent makes none of it public, wherever it puts it. */
class EchoedSecretsTest {

  private static final String USER = "Ab3dEf6hIj9kLm2n";
  private static final String KEY = "Zx8cVb7nMq1wEr5t";
  private static final String CLIENT_ID = "11111111-2222-3333-4444-555555555555";
  private static final String PROXY_PASSWORD = "p@ss/w0rd+of=proxy";
  private static final String JSON = "application/json; charset=utf-8";
  private static final int ANSWERS = 300;

  private static final List<String> BODIES =
      List.of(
          "{\"code\":\"$\",\"message\":\"$\",\"errors\":[{\"code\":\"$\",\"field\":\"$\","
              + "\"message\":\"$\",\"resource\":\"$\"}]}",
          "{\"error\":\"$\",\"message\":\"" + "long ".repeat(97) + "$\"}",
          "{\"code\":\"NotFound\",\"message\":\"Cannot route $\"}",
          "<html><title>Debug of $</title><p>$</html>",
          "SSL is required $",
          "$",
          "[{\"id\":1},$]",
          "{\"payload\":[{\"success\":false,\"statusCode\":400,\"originalIndex\":0,\"$\":\"$\","
              + "\"error\":{\"code\":\"$\",\"message\":\"$\"}}]}");

  private static final int[] STATUSES = {200, 207, 302, 400, 401, 403, 404, 409, 422, 500, 503};

  private final Random random = new Random(3);
  private final List<String> secrets =
      List.of(
          USER,
          KEY,
          CLIENT_ID,
          PROXY_PASSWORD,
          base64(KEY).replace("=", ""),
          base64("acme+" + USER + ":" + KEY).replace("=", ""),
          base64("proxyUser:" + PROXY_PASSWORD).replace("=", ""));

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private String secret() {
    return secrets.get(random.nextInt(secrets.size()));
  }

  private byte[] echo() {
    StringBuilder text = new StringBuilder();
    for (String part : BODIES.get(random.nextInt(BODIES.size())).split("\\$", -1)) {
      text.append(text.isEmpty() ? "" : secret()).append(part);
    }
    byte[] body = text.toString().getBytes(UTF_8);
    String head =
        "HTTP/1.1 "
            + STATUSES[random.nextInt(STATUSES.length)]
            + " X\r\nContent-Length: "
            + body.length
            + "\r\nContent-Type: "
            + (text.indexOf("<") == 0 ? "text/html" : random.nextInt(4) == 0 ? "a/" + USER : JSON)
            + "\r\nx-cw-request-id: "
            + secret()
            + "\u001b[31m\u009b1m"
            + "x".repeat(random.nextInt(2_000))
            + "\r\nLocation: https://"
            + CLIENT_ID
            + ".example.com/?"
            + secret()
            + "\r\n\r\n";
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(UTF_8));
    all.writeBytes(body);
    return all.toByteArray();
  }

  @Test
  void neitherInExceptionsNorInFailuresNorInTheLog() throws Exception {
    List<String> published = new ArrayList<>();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream before = System.err;
    Everything logged = new Everything(published);
    try (RawServer server = new RawServer(this::echo);
        PrintStream captured = new PrintStream(log, true, UTF_8);
        ConnectWiseClient client =
            Calls.settings(URI.create("http://cw.example.com"))
                .user(USER)
                .key(KEY)
                .retry(Calls.quickly(1))
                .proxy(
                    new Proxy(
                        "127.0.0.1",
                        server.url().getPort(),
                        Optional.of("proxyUser"),
                        Optional.of(PROXY_PASSWORD)))
                .open()) {
      System.setErr(captured);
      for (int i = 0; i < ANSWERS; i++) {
        ApiException e =
            catchThrowableOfType(
                ApiException.class,
                () ->
                    client.send(
                        random.nextBoolean()
                            ? Calls.tickets(Map.of())
                            : Calls.write("postServiceTickets", "{}")));
        if (e != null) {
          publish(e, published);
        }
      }
    } finally {
      System.setErr(before);
      logged.close();
    }
    published.add(log.toString(UTF_8));

    assertThat(published).hasSizeGreaterThan(ANSWERS);
    assertThat(log.toString(UTF_8)).contains("Retrying in").contains("***");
    for (String text : published) {
      assertThat(text).doesNotContain("\u001b", "\u009b");
      for (String secret : secrets) {
        assertThat(text).doesNotContainIgnoringCase(secret.substring(4, 12));
      }
    }
  }

  private static void publish(ApiException e, List<String> published) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    published.add(trace.toString());
    Failure failure = e.failure();
    published.add(failure + " " + failure.details() + failure.hint() + e.items());
    failure.requestId().ifPresent(id -> assertThat(id).hasSizeLessThanOrEqualTo(120));
  }

  /** Takes what java.util.logging is told, as OkHttp and the JDK do, at all levels. */
  private static final class Everything extends Handler {

    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();
    private final List<String> lines;

    Everything(List<String> lines) {
      this.lines = lines;
      setLevel(Level.ALL);
      setFormatter(new SimpleFormatter());
      root.setLevel(Level.ALL);
      root.addHandler(this);
    }

    @Override
    public void publish(LogRecord line) {
      synchronized (lines) {
        lines.add(getFormatter().format(line));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      root.removeHandler(this);
      root.setLevel(before);
    }
  }
}
