package io.psastream.connectwise.callbacks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.psastream.connectwise.client.TroubleLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes callbacks over HTTP: 200 once Kafka has one, 429 when it should come again, another 4xx
 * when it should not, and never 5xx, which ConnectWise does not repeat (P30). It keeps nothing, so
 * several can stand behind a load balancer.
 */
final class Receiver implements AutoCloseable {

  private static final int OK = 200;
  private static final int NOT_A_CALLBACK = 400;
  private static final int FORGED = 403;
  private static final int NOT_POSTED = 405;
  private static final int TOO_LARGE = 413;
  private static final int LATER = 429;

  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  /** One thread serves one connection; more connections than this are closed at once. */
  private static final int CONNECTIONS = 128;

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final SigningKeys keys;
  private final SignalWriter topic;
  private final TroubleLog troubles = new TroubleLog(LOG, System::nanoTime);

  static {
    // The JDK's server reads these once, and has no bounds without them. Seconds.
    bound("sun.net.httpserver.maxReqTime", 5);
    bound("sun.net.httpserver.maxRspTime", 10);
    bound("jdk.httpserver.maxConnections", CONNECTIONS);
  }

  private Receiver(HttpServer server, SigningKeys keys, SignalWriter topic) {
    this.server = server;
    this.keys = keys;
    this.topic = topic;
    this.threads =
        new ThreadPoolExecutor(
            CONNECTIONS, CONNECTIONS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
    threads.allowCoreThreadTimeOut(true);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  private static void bound(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, String.valueOf(value));
    }
  }

  /**
   * Listens at this address.
   *
   * @throws IOException when it cannot
   */
  static Receiver start(InetSocketAddress address, SigningKeys keys, SignalWriter topic)
      throws IOException {
    Receiver receiver = new Receiver(HttpServer.create(address, 0), keys, topic);
    receiver.server.start();
    return receiver;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status;
      try {
        status = status(exchange);
      } catch (RuntimeException | Error e) {
        troubles.warn("an error", "A callback is put off: " + e.getClass().getName());
        LOG.debug("A callback is put off", e);
        status = LATER;
      }
      if (status != OK) {
        exchange.getResponseHeaders().set("Connection", "close");
      }
      exchange.sendResponseHeaders(status, -1);
    }
  }

  private int status(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      boolean health = "/health".equals(exchange.getRequestURI().getPath());
      return health ? OK : NOT_POSTED;
    }
    byte[] body = exchange.getRequestBody().readNBytes(Callback.LARGEST + 1);
    if (body.length > Callback.LARGEST) {
      return refused(TOO_LARGE, "is larger than " + Callback.LARGEST + " bytes");
    }
    Optional<Callback> callback = Callback.of(body);
    if (callback.isEmpty()) {
      return refused(NOT_A_CALLBACK, "is not the JSON of a callback");
    }
    String signature = exchange.getRequestHeaders().getFirst("x-content-signature");
    if (signature == null) {
      return refused(FORGED, "is not signed");
    }
    return switch (keys.check(callback.get(), new Signature(signature))) {
      case GENUINE -> written(body);
      case FORGED -> refused(FORGED, "is not signed by the site");
      case UNKNOWN -> LATER;
    };
  }

  private int written(byte[] body) {
    return switch (topic.write(body)) {
      case WRITTEN -> OK;
      case LATER -> LATER;
      case TOO_LARGE -> TOO_LARGE;
    };
  }

  private int refused(int status, String why) {
    troubles.warn("a POST " + why, "A POST " + why + "; it is refused with " + status);
    return status;
  }

  /** Takes no more, and gives those under way a second. */
  @Override
  public void close() {
    server.stop(1);
    threads.shutdownNow();
  }
}
