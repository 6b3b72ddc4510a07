package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * A server on 127.0.0.1 that answers what it was told, one answer a request, and remembers what it
 * was asked. A request beyond the script gets a 599, which no test expects.
 */
public final class ScriptedServer implements AutoCloseable {

  /** One request as it arrived; header names are in lower case. */
  public record Asked(String method, String uri, Map<String, String> headers, String body) {}

  /** Answers a request, or fails to. */
  @FunctionalInterface
  public interface Reply {
    public void to(HttpExchange exchange) throws IOException;
  }

  private final String scheme;
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "scripted-server");
            thread.setDaemon(true);
            return thread;
          });
  private final Deque<Reply> script = new ArrayDeque<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Reply otherwise = json(599, "{\"message\":\"not in the script\"}");

  public final List<Asked> asked = new CopyOnWriteArrayList<>();

  public ScriptedServer() throws IOException {
    this("http", HttpServer.create());
  }

  /** A server that speaks TLS. */
  public ScriptedServer(SSLContext tls) throws IOException {
    this("https", secure(tls));
  }

  private static HttpServer secure(SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create();
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return server;
  }

  private ScriptedServer(String scheme, HttpServer server) throws IOException {
    this.scheme = scheme;
    this.server = server;
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI url() {
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  public ScriptedServer then(Reply reply) {
    synchronized (script) {
      script.add(reply);
    }
    return this;
  }

  public ScriptedServer always(Reply reply) {
    otherwise = reply;
    return this;
  }

  public List<String> uris() {
    return asked.stream().map(Asked::uri).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked.add(
        new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body));
    Reply reply;
    synchronized (script) {
      reply = script.isEmpty() ? otherwise : script.poll();
    }
    try (exchange) {
      reply.to(exchange);
    }
  }

  public static Reply json(int status, String body, String... headers) {
    return answer(status, "application/json; charset=utf-8", body, headers);
  }

  public static Reply answer(int status, String type, String body, String... headers) {
    return exchange -> {
      if (!type.isEmpty()) {
        exchange.getResponseHeaders().set("Content-Type", type);
      }
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Closes the connection after the request was read, without a word. */
  public static Reply drop() {
    return HttpExchange::close;
  }

  /** Promises more than it sends. */
  public static Reply cut(String start) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, start.length() + 100L);
      exchange.getResponseBody().write(start.getBytes(UTF_8));
      exchange.getResponseBody().flush();
    };
  }

  /** Answers nothing for as long as the server runs. */
  public Reply hang() {
    return exchange -> {
      try {
        closing.await(60, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
