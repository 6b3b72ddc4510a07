package io.psastream.connectwise.callbacks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over HTTP, with the keys of a simulator and a scripted Kafka. */
class ReceiverTest {

  private static final int MOST_WAITING = 3;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final AtomicLong SHIFT = new AtomicLong();
  private static final Kafka KAFKA = new Kafka();
  private static Simulator simulator;
  private static ConnectWiseClient client;
  private static SigningKeys keys;
  private static Receiver receiver;

  /** Confirms at once, unless it is told to do something else. */
  private static final class Kafka extends MockProducer<byte[], byte[]> {

    private volatile Future<RecordMetadata> answer;
    private volatile RuntimeException failure;

    Kafka() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (failure != null) {
        throw failure;
      }
      return answer != null ? answer : super.send(record, callback);
    }

    List<String> bodies() {
      return history().stream().map(record -> new String(record.value(), UTF_8)).toList();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    simulator = Simulator.start();
    client = Site.client(simulator);
    keys = new SigningKeys(client, Duration.ofSeconds(20), () -> System.nanoTime() + SHIFT.get());
    receiver =
        Receiver.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            keys,
            new SignalWriter(KAFKA, "signals", Duration.ofMillis(100), MOST_WAITING));
  }

  @AfterAll
  static void stop() {
    receiver.close();
    keys.close();
    client.close();
    simulator.close();
  }

  @BeforeEach
  void anew() {
    SHIFT.addAndGet(Duration.ofMinutes(1).toNanos());
    KAFKA.clear();
    KAFKA.answer = null;
    KAFKA.failure = null;
    simulator.faults().clear();
    simulator.requests().clear();
  }

  @Test
  void aSignedCallbackIsWrittenByteByByteAndThenAnswered() throws Exception {
    String body = body(simulator.callbacks().keyUrl(), " \\u00e4ä ");

    assertThat(post(body, sign(body))).isEqualTo(200);
    assertThat(KAFKA.bodies()).containsExactly(body);
    assertThat(KAFKA.history().get(0).key()).isNull();
  }

  @Test
  void aKeyIsReadOnceAndAgainWhenItWasReplaced() throws Exception {
    String keyUrl = simulator.callbacks().keyUrl() + "&of=" + "aKeyIsReadOnce";
    String body = body(keyUrl, "");
    for (int i = 0; i < 5; i++) {
      assertThat(post(body, sign(body))).isEqualTo(200);
    }
    assertThat(keysRead()).isEqualTo(1);

    simulator.callbacks().rotateKey();

    for (int i = 0; i < 5; i++) {
      assertThat(post(body, sign(body))).isEqualTo(200);
    }
    assertThat(keysRead()).isEqualTo(2);
  }

  /** What is forged is not written, and no address that it names is asked. */
  @Test
  void whatTheSiteDidNotSignIsRefused() throws Exception {
    String good = body(simulator.callbacks().keyUrl(), "");
    try (Simulator attacker = Simulator.start()) {
      String foreign = body(attacker.callbacks().keyUrl(), "");
      String theirs =
          body(
              simulator.callbacks().keyUrl().replace("companyName=simulator", "companyName=x"), "");

      assertThat(post(good, null)).isEqualTo(403);
      assertThat(post(good, "nothing")).isEqualTo(403);
      assertThat(post(good.replace("4711", "4712"), sign(good))).isEqualTo(403);
      assertThat(post(good + " ", sign(good))).isEqualTo(403);
      assertThat(post(foreign, attacker.callbacks().signature(foreign.getBytes(UTF_8))))
          .isEqualTo(403);
      assertThat(post(theirs, sign(theirs))).isEqualTo(403);
      assertThat(attacker.requests().total()).isZero();
    }
    assertThat(KAFKA.history()).isEmpty();
  }

  @Test
  void forgedCallbacksCostTheSiteNoMoreThanTheirShareAndKeepNoGenuineOneAway() throws Exception {
    String good = body(simulator.callbacks().keyUrl(), "");
    assertThat(post(good, sign(good))).isEqualTo(200);
    for (int i = 0; i < SigningKeys.PER_MINUTE + 20; i++) {
      String forged = body(simulator.callbacks().keyUrl() + "&n=" + i, "");
      boolean within = i < SigningKeys.PER_MINUTE - 1;
      assertThat(post(forged, "AAAA")).isIn(403, within ? 403 : 429);
      assertThat(i < SigningKeys.PER_MINUTE || post(forged, "AAAA") == 429).isTrue();
    }

    assertThat(keysRead()).isLessThanOrEqualTo(SigningKeys.PER_MINUTE);
    assertThat(post(good, sign(good))).isEqualTo(200);
  }

  @Test
  void whatCannotBeCheckedOrWrittenNowShallComeAgain() throws Exception {
    String body = body(simulator.callbacks().keyUrl(), "");
    assertThat(post(body, sign(body))).isEqualTo(200);

    KAFKA.answer = new CompletableFuture<>();
    assertThat(post(body, sign(body))).isEqualTo(429);
    KAFKA.answer = CompletableFuture.failedFuture(new NotLeaderOrFollowerException());
    assertThat(post(body, sign(body))).isEqualTo(429);
    KAFKA.failure = new TimeoutException("no metadata");
    assertThat(post(body, sign(body))).isEqualTo(429);
    KAFKA.failure = new IllegalStateException("closed");
    assertThat(post(body, sign(body))).isEqualTo(429);
    KAFKA.failure = null;
    KAFKA.answer = CompletableFuture.failedFuture(new RecordTooLargeException());
    assertThat(post(body, sign(body))).isEqualTo(413);
    KAFKA.answer = null;
    for (Fault fault :
        List.of(
            Fault.of("unavailable"),
            Fault.of("rateLimit"),
            Fault.of("unauthorized"),
            Fault.of("htmlPage"),
            Fault.of("dropRequest"))) {
      simulator.faults().clear();
      simulator.faults().add(fault.on("/**"));
      String other = body(simulator.callbacks().keyUrl() + "&of=" + fault.kind(), "");
      assertThat(post(other, sign(other))).as(fault.toString()).isEqualTo(429);
    }
    simulator.faults().clear();
    assertThat(post(body, sign(body))).isEqualTo(200);
  }

  @Test
  void whatIsTooMuchForTheQueueShallComeAgainAtOnce() throws Exception {
    String body = body(simulator.callbacks().keyUrl(), "");
    assertThat(post(body, sign(body))).isEqualTo(200);
    CompletableFuture<RecordMetadata> pending = new CompletableFuture<>();
    SignalWriter writer = new SignalWriter(KAFKA, "signals", Duration.ofMinutes(1), MOST_WAITING);
    KAFKA.answer = pending;
    List<CompletableFuture<SignalWriter.Outcome>> waiting = new ArrayList<>();
    for (int i = 0; i < MOST_WAITING + 2; i++) {
      waiting.add(CompletableFuture.supplyAsync(() -> writer.write(new byte[1]), this::run));
    }

    assertThat(CompletableFuture.anyOf(waiting.toArray(CompletableFuture[]::new)).get())
        .isEqualTo(SignalWriter.Outcome.LATER);
    pending.complete(null);
    assertThat(waiting.stream().map(CompletableFuture::join))
        .containsOnly(SignalWriter.Outcome.WRITTEN, SignalWriter.Outcome.LATER)
        .filteredOn(SignalWriter.Outcome.WRITTEN::equals)
        .hasSize(MOST_WAITING);
  }

  private void run(Runnable task) {
    new Thread(task).start();
  }

  @Test
  void whatIsNoCallbackIsRefused() throws Exception {
    assertThat(post("", "x")).isEqualTo(400);
    assertThat(post("[]", "x")).isEqualTo(400);
    assertThat(post("[".repeat(5_000), "x")).isEqualTo(400);
    assertThat(post("{\"Action\":\"updated\",\"Metadata\":\"x\"}", "x")).isEqualTo(400);
    assertThat(post(body("", "").replace("Metadata", "Other"), "x")).isEqualTo(400);
    assertThat(post(body("", "").replace("4711", "[4711]"), "x")).isEqualTo(400);
    String large = body(simulator.callbacks().keyUrl(), "x".repeat(262_144));
    assertThat(post(large, sign(large))).isEqualTo(413);
    assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n")).contains(" 405 ");
    assertThat(raw("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")).contains(" 200 ");
    assertThat(KAFKA.history()).isEmpty();
  }

  /** ConnectWise repeats no 5xx. */
  @Test
  void nothingThatIsPostedIsAnsweredWith5xx() throws Exception {
    String good = body(simulator.callbacks().keyUrl(), "");
    Random random = new Random(7);
    for (int i = 0; i < 60; i++) {
      byte[] body = good.getBytes(ISO_8859_1);
      for (int n = random.nextInt(4); n >= 0; n--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      String text = new String(body, ISO_8859_1);
      assertThat(post(text.substring(0, random.nextInt(text.length())), "c2lnbmF0dXJl"))
          .isBetween(400, 499);
    }
    assertThat(KAFKA.history()).isEmpty();
  }

  /** Who says little for long keeps nobody else from being served, and is cut off. */
  @Test
  void slowClientsAreCutOff() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), receiver.port());
        slow.add(socket);
        String begin = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n";
        socket.getOutputStream().write((begin + (i % 2 == 0 ? "" : "\r\n{")).getBytes(UTF_8));
      }
      String body = body(simulator.callbacks().keyUrl(), "");

      assertThat(post(body, sign(body))).isEqualTo(200);
      for (Socket socket : slow) {
        socket.setSoTimeout(20_000);
        assertThat(read(socket)).isEmpty();
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static String read(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (SocketException reset) {
      return "";
    }
  }

  private static long keysRead() {
    return simulator.requests().recent().stream()
        .filter(request -> request.path().contains("callbackkey"))
        .count();
  }

  private static String body(String keyUrl, String summary) {
    return ("{\"Action\":\"updated\",\"Type\":\"ticket\",\"ID\":4711,\"Entity\":\"%s\","
            + "\"Metadata\":{\"key_url\":\"%s\"}}")
        .formatted(summary, keyUrl);
  }

  private static String sign(String body) {
    return simulator.callbacks().signature(body.getBytes(UTF_8));
  }

  private static int post(String body, String signature) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + receiver.port() + "/hooks?recordId=1"))
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (signature != null) {
      request.header("x-content-signature", signature);
    }
    return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), receiver.port())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      socket.shutdownOutput();
      return read(socket);
    }
  }
}
