package io.psastream.connectwise.sandbox.flow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A site that refuses everything, and repeats in each place of its answers what it was sent: the
 * login and the clientId, whole and in parts, as text, as Base64 and as in a URL.
 */
final class EchoingSite implements AutoCloseable {
  private static final String USER = "Ab3dEf6hIj9kLm2n";
  private static final String KEY = "Zx8c/Vb7n+Mq1w=Er5t";
  private static final String CLIENT_ID = "11111111-2222-3333-4444-555555555555";
  private static final String LOGIN = "acme+" + USER + ":" + KEY;

  private final HttpServer server;
  private final AtomicInteger repeated = new AtomicInteger();

  /** The status of its answers. */
  private volatile int status;

  private EchoingSite(HttpServer server, int status) {
    this.server = server;
    this.status = status;
  }

  static EchoingSite start(int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    EchoingSite site = new EchoingSite(server, status);
    server.createContext("/", site::answer);
    server.start();
    return site;
  }

  /** What a connector needs to call it. */
  Map<String, String> connection() {
    return Map.of(
        "connectwise.site.url",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        "connectwise.username",
        "acme+" + USER,
        "connectwise.password",
        KEY,
        "connectwise.client.id",
        CLIENT_ID);
  }

  void answersWith(int status) {
    this.status = status;
  }

  /** How many answers have repeated the login. */
  int repeated() {
    return repeated.get();
  }

  /** What nobody may see. */
  static List<String> secrets() {
    return List.of(
        USER,
        KEY,
        CLIENT_ID,
        base64(LOGIN),
        base64(USER),
        base64(KEY),
        Base64.getUrlEncoder().withoutPadding().encodeToString(KEY.getBytes(UTF_8)),
        URLEncoder.encode(KEY, UTF_8),
        URLEncoder.encode(LOGIN, UTF_8));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8)).replace("=", "");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String login = exchange.getRequestHeaders().getFirst("Authorization");
      String clientId = exchange.getRequestHeaders().getFirst("clientId");
      if (login.contains(base64(LOGIN)) && CLIENT_ID.equals(clientId)) {
        repeated.incrementAndGet();
      }
      ObjectNode error = JsonNodeFactory.instance.objectNode();
      error.put("code", login).put("message", login + " " + clientId);
      for (String secret : secrets()) {
        error
            .withArray("errors")
            .addObject()
            .put("code", secret)
            .put("field", "summary")
            .put("resource", secret)
            .put("message", "is not what " + secret + " may write");
      }
      byte[] body = error.toString().getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.getResponseHeaders().add("x-cw-request-id", KEY);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
