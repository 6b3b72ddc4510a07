package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.ClientSettings.Credentials;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;

/**
 * Sends one request over HTTP and reads its answer, on the caller's thread. Nothing is retried,
 * redirected or remembered here; every wait is bounded, and {@link #close} ends them all.
 */
final class Transport implements AutoCloseable {

  /** Shorter than the idle timeouts of the usual gateways, so that few connections go stale. */
  private static final long KEEP_ALIVE_SECONDS = 30;

  private static final MediaType JSON = MediaType.get("application/json; charset=utf-8"); // P14

  /** Whether the request left this machine; before that it is certain that it did not arrive. */
  private static final class Progress extends EventListener {

    private volatile boolean sent;

    @Override
    public void requestHeadersStart(okhttp3.Call call) {
      sent = true;
    }
  }

  private final OkHttpClient http;
  private final Headers headers;
  private final AnswerReader reader;
  private final ServerClock clock = new ServerClock();
  private final Set<okhttp3.Call> active = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Transport(ClientSettings settings) {
    this.http = client(settings);
    this.headers = headers(settings);
    this.reader = new AnswerReader(settings.maxResponseBytes());
  }

  private static OkHttpClient client(ClientSettings settings) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(settings.connectTimeout())
            .readTimeout(settings.requestTimeout())
            .writeTimeout(settings.requestTimeout())
            .callTimeout(settings.requestTimeout())
            .retryOnConnectionFailure(false) // a repeated POST may create twice (P35)
            .followRedirects(false) // would carry the credentials to another host
            .followSslRedirects(false)
            .eventListenerFactory(call -> call.request().tag(Progress.class))
            .proxy(Proxy.NO_PROXY)
            .connectionPool(
                new ConnectionPool(settings.maxInFlight(), KEEP_ALIVE_SECONDS, TimeUnit.SECONDS));
    settings.proxy().ifPresent(proxy -> useProxy(builder, proxy));
    settings.tls().ifPresent(tls -> useTls(builder, tls));
    return builder.build();
  }

  private static void useTls(OkHttpClient.Builder builder, ClientSettings.Tls tls) {
    builder.sslSocketFactory(tls.context().getSocketFactory(), tls.trust());
    if (!tls.verifyHost()) {
      builder.hostnameVerifier((host, session) -> true);
    }
  }

  private static void useProxy(OkHttpClient.Builder builder, ClientSettings.Proxy proxy) {
    builder.proxy(
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
    proxy
        .user()
        .ifPresent(
            user -> {
              String basic = basic(user, proxy.password().orElse(""));
              builder.proxyAuthenticator(
                  (route, response) ->
                      response.request().header("Proxy-Authorization") == null
                          ? response
                              .request()
                              .newBuilder()
                              .header("Proxy-Authorization", basic)
                              .build()
                          : null);
            });
  }

  private static Headers headers(ClientSettings settings) {
    Credentials credentials = settings.credentials();
    String clientId = credentials.clientId().strip();
    if (!clientId.matches("[!-~]*")) {
      throw new IllegalArgumentException("The clientId must be a GUID.");
    }
    return new Headers.Builder()
        .add(
            "Authorization",
            basic(credentials.company() + "+" + credentials.publicKey(), credentials.privateKey()))
        .add("clientId", clientId)
        .add("Accept", accept(settings.apiVersion()))
        .add("User-Agent", "kafka-connect-connectwise/" + version())
        .build();
  }

  private static String accept(Optional<String> version) {
    return version
        .map(it -> "application/vnd.connectwise.com+json; version=" + it + ", application/json")
        .orElse("application/json");
  }

  private static String basic(String user, String password) {
    return okhttp3.Credentials.basic(user, password, StandardCharsets.UTF_8);
  }

  private static String version() {
    String version = Transport.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /**
   * Sends a call to a URL.
   *
   * @throws ApiException in every case but a 2xx that could be read
   */
  <T> Answer<T> send(Call call, HttpUrl url, ItemDecoder<T> decoder) {
    Headers.Builder all = headers.newBuilder();
    call.headers().forEach(all::set);
    String method = call.operation().method().name();
    Request request =
        new Request.Builder().url(url).headers(all.build()).method(method, body(call)).build();
    return exchange(Failures.name(call), request, decoder, RetryPolicy.repeatable(call));
  }

  /** Reads something that is public and so gets no credentials. */
  <T> Answer<T> read(String name, HttpUrl url, ItemDecoder<T> decoder) {
    Headers some = headers.newBuilder().removeAll("Authorization").removeAll("clientId").build();
    return exchange(name, new Request.Builder().url(url).headers(some).build(), decoder, true);
  }

  private <T> Answer<T> exchange(
      String name, Request request, ItemDecoder<T> decoder, boolean repeatable) {
    Progress progress = new Progress();
    okhttp3.Call call = http.newCall(request.newBuilder().tag(Progress.class, progress).build());
    active.add(call);
    int status = 0;
    try (Response response = execute(call)) {
      status = response.code();
      if (!response.isSuccessful()) {
        ErrorBody error = AnswerReader.readError(response);
        throw new ApiException(Failures.ofAnswer(name, status, response.headers(), error));
      }
      Instant date = response.headers().getInstant("Date");
      if (date != null) {
        clock.observe(date, System.nanoTime());
      }
      return reader.read(name, response, decoder);
    } catch (ApiException e) {
      throw repeatable
          ? e
          : new ApiException(Failures.unrepeatable(e.failure(), true), e.getCause());
    } catch (IOException e) {
      throw failed(name, e, status, repeatable, progress.sent);
    } finally {
      active.remove(call);
    }
  }

  /** A call that is added to the active ones before this check cannot be missed by a close. */
  private Response execute(okhttp3.Call call) throws IOException {
    if (closed) {
      throw new IOException("Canceled");
    }
    return call.execute();
  }

  private ApiException failed(
      String name, IOException cause, int status, boolean repeatable, boolean sent) {
    if (closed || Thread.currentThread().isInterrupted()) {
      return cancelled(name, cause);
    }
    Failure failure = Failures.ofNetwork(name, cause, status, sent);
    return new ApiException(repeatable ? failure : Failures.unrepeatable(failure, sent), cause);
  }

  static ApiException cancelled(String name, Exception cause) {
    return new ApiException(Failure.of(Kind.CANCELLED, name, 0, "The client was closed"), cause);
  }

  private static RequestBody body(Call call) {
    byte[] bytes =
        switch (call.operation().method()) {
          case GET -> null;
          case DELETE -> call.body().map(Transport::bytes).orElse(null);
          case POST, PUT, PATCH -> call.body().map(Transport::bytes).orElse(new byte[0]);
        };
    return bytes == null ? null : new OneShot(bytes);
  }

  private static byte[] bytes(JsonNode body) {
    try {
      return Json.MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A body that OkHttp sends once and never again by itself, whatever happens (P35). */
  private static final class OneShot extends RequestBody {

    private final byte[] bytes;

    OneShot(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public MediaType contentType() {
      return bytes.length == 0 ? null : JSON;
    }

    @Override
    public long contentLength() {
      return bytes.length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(bytes);
    }
  }

  Optional<Instant> serverTime() {
    return clock.at(System.nanoTime());
  }

  @Override
  public void close() {
    closed = true;
    active.forEach(okhttp3.Call::cancel);
    http.connectionPool().evictAll();
  }
}
