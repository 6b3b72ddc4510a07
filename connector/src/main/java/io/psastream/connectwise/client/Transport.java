package io.psastream.connectwise.client;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sends one request over HTTP and reads its answer, on the caller's thread. It retries nothing and
 * follows no redirects. Every wait is bounded, and {@link #close} ends all of them.
 */
final class Transport implements AutoCloseable {

  /** Shorter than the idle timeouts of common gateways, so that few connections go stale. */
  private static final long KEEP_ALIVE_SECONDS = 30;

  private static final String RETRY_AFTER = "Retry-After";
  private static final String DATE = "Date";

  /** What OkHttp says of an answer that has no content and says that it has. */
  private static final Pattern NO_CONTENT =
      Pattern.compile("HTTP (20[45]) had non-zero Content-Length: .*");

  /** Whether a request may be sent, and whether any of it was; if not, it was not applied. */
  private static final class Progress extends EventListener {

    private final BooleanSupplier permitted;
    private volatile boolean sent;

    Progress(BooleanSupplier permitted) {
      this.permitted = permitted;
    }

    @Override
    public void requestHeadersStart(okhttp3.Call call) {
      sent = true;
    }
  }

  /** Thrown instead of sending a request that is no longer permitted. */
  private static final class NotPermittedException extends IOException {

    private static final long serialVersionUID = 1L;

    NotPermittedException() {
      super("The call is no longer permitted");
    }
  }

  private final OkHttpClient http;
  private final Requests requests;
  private final AnswerReader reader;
  private final MemoryBudget memory;
  private final ServerClock clock = new ServerClock();
  private final Map<okhttp3.Call, Thread> active = new ConcurrentHashMap<>();
  private volatile Dated newest = new Dated("", Optional.empty());
  private volatile boolean closed;

  /** What a {@code Date} header says: many answers have the same, and to parse one is slow. */
  private record Dated(String text, Optional<Instant> time) {}

  /** What an answer is to be, and whether the call may be sent again without one. */
  private record Expected<T>(
      ItemDecoder<T> decoder, boolean list, boolean repeatable, boolean divisible) {}

  Transport(ClientSettings settings) {
    this.http = client(settings);
    this.requests = new Requests(settings);
    this.reader = new AnswerReader(settings.maxResponseBytes());
    this.memory =
        new MemoryBudget(
            settings.maxMemoryBytes(), settings.maxInFlight(), settings.requestTimeout());
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
            .protocols(List.of(Protocol.HTTP_1_1)) // what one call reads is told from another's
            .socketFactory(SocketBytes.SOCKETS)
            .eventListenerFactory(call -> call.request().tag(Progress.class))
            .addNetworkInterceptor(Transport::sendIfPermitted)
            .proxy(Proxy.NO_PROXY)
            .connectionPool(
                new ConnectionPool(settings.maxInFlight(), KEEP_ALIVE_SECONDS, TimeUnit.SECONDS));
    settings.proxy().ifPresent(proxy -> useProxy(builder, proxy));
    settings.tls().ifPresent(tls -> useTls(builder, tls));
    return builder.build();
  }

  /** The last moment before bytes go out: there is a connection, and nothing left to wait for. */
  private static Response sendIfPermitted(Interceptor.Chain chain) throws IOException {
    if (!chain.call().request().tag(Progress.class).permitted.getAsBoolean()) {
      throw new NotPermittedException();
    }
    return harmless(chain.proceed(chain.request()));
  }

  /**
   * An answer that OkHttp can go on with. It breaks on a negative {@code Content-Length} and on a
   * {@code Retry-After} beyond an int, and sends a request again by itself at {@code Retry-After:
   * 0} (P35).
   */
  private static Response harmless(Response response) throws ProtocolException {
    if (response.body().contentLength() < -1) {
      throw new ProtocolException("Content-Length is negative");
    }
    String after = response.header(RETRY_AFTER);
    if (after == null) {
      return response;
    }
    if (after.matches("0+")) {
      return response.newBuilder().removeHeader(RETRY_AFTER).build();
    }
    return after.matches("[0-9]{10,}")
        ? response.newBuilder().header(RETRY_AFTER, "999999999").build()
        : response;
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
   * @param divisible whether the answer can be asked for in smaller parts
   * @param permitted asked right before the request is sent; if not, the call is cancelled
   * @throws ApiException in every case but a 2xx that could be read
   */
  <T> Answer<T> send(
      Call call,
      HttpUrl url,
      ItemDecoder<T> decoder,
      boolean divisible,
      BooleanSupplier permitted) {
    boolean list = call.operation().answer() == AnswerKind.LIST;
    Expected<T> expected = new Expected<>(decoder, list, RetryPolicy.repeatable(call), divisible);
    Request.Builder request = requests.of(call, url);
    return exchange(call.name(), call.path(), request, expected, new Progress(permitted));
  }

  /** Reads a public URL, without credentials. */
  <T> Answer<T> read(String name, HttpUrl url, ItemDecoder<T> decoder) {
    return read(name, requests.withoutCredentials(url), decoder);
  }

  /** Reads a URL of the site that is not of the API, with credentials. */
  <T> Answer<T> readOwn(String name, HttpUrl url, ItemDecoder<T> decoder) {
    return read(name, requests.withCredentials(url), decoder);
  }

  private <T> Answer<T> read(String name, Request.Builder request, ItemDecoder<T> decoder) {
    Expected<T> expected = new Expected<>(decoder, false, true, false);
    return exchange(name, Map.of(), request, expected, new Progress(() -> true));
  }

  private <T> Answer<T> exchange(
      String name,
      Map<String, String> path,
      Request.Builder request,
      Expected<T> expected,
      Progress progress) {
    okhttp3.Call call = http.newCall(request.tag(Progress.class, progress).build());
    active.put(call, Thread.currentThread());
    SocketBytes bytes = SocketBytes.begin();
    int status = 0;
    try (MemoryBudget.Allotment part = memory.allot(expected.divisible());
        Response response = execute(call)) {
      status = response.code();
      if (!response.isSuccessful()) {
        ErrorBody error = AnswerReader.readError(response);
        throw new ApiException(Failures.ofAnswer(name, status, response.headers(), error));
      }
      observe(response.headers());
      return reader.read(name, path, expected.list(), response, expected.decoder(), bytes, part);
    } catch (ApiException e) {
      throw expected.repeatable()
          ? e
          : new ApiException(Failures.unrepeatable(e.failure(), true), e.getCause());
    } catch (IOException e) {
      Matcher noContent = NO_CONTENT.matcher(String.valueOf(e.getMessage()));
      if (noContent.matches()) {
        return Answer.empty(Integer.parseInt(noContent.group(1)));
      }
      IOException cause = bytes.endlessHeaders() ? new SocketBytes.TooMuch() : e;
      throw failed(name, cause, status, expected.repeatable(), progress.sent);
    } finally {
      SocketBytes.end();
      active.remove(call);
    }
  }

  private void observe(Headers headers) {
    String text = headers.get(DATE);
    if (text == null) {
      return;
    }
    Dated dated = newest;
    if (!text.equals(dated.text())) {
      dated = new Dated(text, Optional.ofNullable(headers.getInstant(DATE)));
      newest = dated;
    }
    dated.time().ifPresent(time -> clock.observe(time, System.nanoTime()));
  }

  /** The call must be among the active ones before this check, so that a close cannot miss it. */
  private Response execute(okhttp3.Call call) throws IOException {
    if (closed) {
      throw new IOException("Canceled");
    }
    try {
      return call.execute();
    } catch (RuntimeException e) {
      throw Failures.brokenHttp(e);
    }
  }

  private ApiException failed(
      String name, IOException cause, int status, boolean repeatable, boolean sent) {
    boolean ended =
        closed || Thread.currentThread().isInterrupted() || cause instanceof NotPermittedException;
    if (ended && (repeatable || !sent)) {
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

  /** How many connections are open. */
  int connections() {
    return http.connectionPool().connectionCount();
  }

  /** Ends the call that a thread is making. */
  void cancel(Thread thread) {
    active.forEach(
        (call, caller) -> {
          if (caller == thread) {
            call.cancel();
          }
        });
  }

  @Override
  public void close() {
    closed = true;
    active.keySet().forEach(okhttp3.Call::cancel);
    http.connectionPool().evictAll();
  }
}
