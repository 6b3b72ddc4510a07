package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.TestLogging;
import io.psastream.connectwise.client.ClientSettings.Proxy;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Answers that repeat secrets in every form and place, and who looks for them afterwards. */
public final class Echoes {

  static final String USER = "Ab3dEf6hIj9kLm2n";
  static final String KEY = "Zx8cVb7nMq1wEr5t";
  private static final String CLIENT_ID = "11111111-2222-3333-4444-555555555555";
  private static final String PROXY_PASSWORD = "p@ss/w0rd+of=proxy";
  private static final String JSON = "application/json; charset=utf-8";
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

  /** Any answer, somewhere in which some of them are. */
  public byte[] answer() {
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

  static Proxy proxy(int port) {
    return new Proxy("127.0.0.1", port, Optional.of("proxyUser"), Optional.of(PROXY_PASSWORD));
  }

  /** The properties of a connector that has these secrets and calls all through a proxy. */
  public static Map<String, String> properties(int proxyPort) {
    return Map.ofEntries(
        Map.entry("connectwise.site.url", "http://cw.example.com"),
        Map.entry("connectwise.username", "acme+" + USER),
        Map.entry("connectwise.password", KEY),
        Map.entry("connectwise.client.id", CLIENT_ID),
        Map.entry("http.proxy.host", "127.0.0.1"),
        Map.entry("http.proxy.port", String.valueOf(proxyPort)),
        Map.entry("http.proxy.user", "proxyUser"),
        Map.entry("http.proxy.password", PROXY_PASSWORD),
        Map.entry("rate.limit.requests.per.minute", "0"),
        Map.entry("max.retries", "1"),
        Map.entry("retry.backoff.ms", "1"),
        Map.entry("retry.backoff.max.ms", "2"));
  }

  /** No text has any of the secrets, nor what moves a terminal. */
  public void assertNoneIn(List<String> published) {
    for (String text : published) {
      assertThat(text).doesNotContain("\u001b", "\u009b");
      for (String secret : secrets) {
        assertThat(text).doesNotContainIgnoringCase(secret.substring(4, 12));
      }
    }
  }

  /** Every line that is logged while something runs, whoever logs it and at all levels. */
  public static List<String> logged(TestLogging.Action action) throws Exception {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Logger root = Logger.getLogger("");
    Level before = root.getLevel();
    Handler handler = new Lines(lines);
    root.setLevel(Level.ALL);
    root.addHandler(handler);
    try {
      lines.addAll(TestLogging.ofAll(action));
    } finally {
      root.removeHandler(handler);
      root.setLevel(before);
    }
    return lines;
  }

  /** An exception as Connect publishes it. */
  public static String trace(Throwable e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  /** What java.util.logging is told, as by OkHttp and the JDK. */
  private static final class Lines extends Handler {

    private final List<String> lines;

    Lines(List<String> lines) {
      this.lines = lines;
      setLevel(Level.ALL);
      setFormatter(new SimpleFormatter());
    }

    @Override
    public void publish(LogRecord line) {
      lines.add(getFormatter().format(line));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
