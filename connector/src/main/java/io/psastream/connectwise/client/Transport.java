package io.psastream.connectwise.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sends one request over HTTP and reads its answer, on the caller's thread. It retries nothing and
 * follows no redirects. Every wait is bounded, and {@link #close} ends all of them.
 */
final class Transport implements AutoCloseable {

  /** Shorter than the idle timeouts of common gateways, so that few connections go stale. */
  private static final long KEEP_ALIVE_SECONDS = 30;

  /** Whether any of the request was sent; if not, it was certainly not applied. */
  private static final class Progress extends EventListener {

    private volatile boolean sent;

    @Override
    public void requestHeadersStart(okhttp3.Call call) {
      sent = true;
    }
  }

  private final OkHttpClient http;
  private final Requests requests;
  private final AnswerReader reader;
  private final ServerClock clock = new ServerClock();
  private final Set<okhttp3.Call> active = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Transport(ClientSettings settings) {
    this.http = client(settings);
    this.requests = new Requests(settings);
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
    builder.connectionSpecs(Handshake.specs(tls));
    if (!tls.verifyHost()) {
      builder.hostnameVerifier((host, session) -> true);
    }
  }

  private static void useProxy(OkHttpClient.Builder builder, ClientSettings.Proxy proxy) {
    builder.proxy(
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
    builder.proxyAuthenticator(Handshake.login(proxy));
  }

  /**
   * Sends a call to a URL.
   *
   * @throws ApiException in every case but a 2xx that could be read
   */
  <T> Answer<T> send(Call call, HttpUrl url, ItemDecoder<T> decoder) {
    return exchange(
        call.name(), call.path(), requests.of(call, url), decoder, RetryPolicy.repeatable(call));
  }

  /** Reads a public URL, without credentials. */
  <T> Answer<T> read(String name, HttpUrl url, ItemDecoder<T> decoder) {
    return exchange(name, Map.of(), requests.withoutCredentials(url), decoder, true);
  }

  private <T> Answer<T> exchange(
      String name,
      Map<String, String> path,
      Request request,
      ItemDecoder<T> decoder,
      boolean repeatable) {
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
      return reader.read(name, path, response, decoder);
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

  /** The call must be among the active ones before this check, so that a close cannot miss it. */
  private Response execute(okhttp3.Call call) throws IOException {
    if (closed) {
      throw new IOException("Canceled");
    }
    return call.execute();
  }

  private ApiException failed(
      String name, IOException cause, int status, boolean repeatable, boolean sent) {
    if (closed || Thread.currentThread().isInterrupted()) {
      return ApiException.cancelled(name, cause);
    }
    Failure failure =
        Handshake.refusal(name, cause)
            .orElseGet(() -> Failures.ofNetwork(name, cause, status, sent));
    return new ApiException(
        repeatable ? failure : Failures.unrepeatable(failure, sent), Failures.withoutQuotes(cause));
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
