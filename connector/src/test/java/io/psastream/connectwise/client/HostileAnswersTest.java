package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.ItemDecoder.Media;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server answers, the call ends soon, with a failure that says what follows. */
class HostileAnswersTest {

  private static final int RETRIES = 4;
  private static final int ANSWERS = 200;
  private static final long SEED = 13;
  private static final String LONG = "x".repeat(200_000);
  private static final String ENDLESS = "x".repeat(4 * SocketBytes.BESIDE_BODY);
  private static final String OK = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
  private static final String LENGTH_2 = "Content-Length: 2\r\n\r\n[]";
  private static final Call READ = Calls.tickets(Map.of());
  private static final Call CREATE = Calls.write("postServiceTickets", "{}");

  private final AtomicInteger asked = new AtomicInteger();
  private final Random random = new Random(SEED);

  /** A file with the name that the server gives it. */
  private static final ItemDecoder<String> FILE =
      new ItemDecoder<>() {
        @Override
        public Media media() {
          return Media.PAGE;
        }

        @Override
        public boolean decode(AnswerBody body, Consumer<? super String> items) throws IOException {
          items.accept(body.fileName().orElse("") + body.bytes().length);
          return true;
        }
      };

  static List<Arguments> odd() {
    return List.of(
        Arguments.of("a negative length", OK + "Content-Length: -5\r\n\r\n[]", Kind.MISROUTED),
        Arguments.of(
            "1xx and no more", "HTTP/1.1 199 X\r\nConnection: close\r\n\r\n", Kind.UNAVAILABLE),
        Arguments.of("101", "HTTP/1.1 101 X\r\nConnection: close\r\n\r\n", Kind.MISROUTED),
        Arguments.of("6xx", "HTTP/1.1 600 X\r\nConnection: close\r\n" + LENGTH_2, Kind.MISROUTED),
        Arguments.of("999", "HTTP/1.1 999 X\r\nConnection: close\r\n\r\n", Kind.MISROUTED),
        Arguments.of("negative", "HTTP/1.1 -12 X\r\nConnection: close\r\n\r\n", Kind.MISROUTED),
        Arguments.of("long status", "HTTP/1.1 2000 X\r\n\r\n", Kind.MISROUTED),
        Arguments.of("no HTTP", "SSH-2.0-OpenSSH_9.6\r\n", Kind.MISROUTED),
        Arguments.of("endless status", "HTTP/1.1 200 " + ENDLESS, Kind.MISROUTED),
        Arguments.of("an endless header", OK + "A: " + ENDLESS, Kind.MISROUTED),
        Arguments.of("endless headers", OK + "A: b\r\n".repeat(700_000), Kind.MISROUTED),
        Arguments.of(
            "endless 100", "HTTP/1.1 100 Continue\r\n\r\n".repeat(200_000), Kind.MISROUTED),
        Arguments.of(
            "an endless chunk extension",
            OK + "Transfer-Encoding: chunked\r\n\r\n1;" + ENDLESS,
            Kind.MISROUTED),
        Arguments.of(
            "endless trailers",
            OK + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n" + "A: b\r\n".repeat(700_000),
            Kind.MISROUTED),
        Arguments.of(
            "a chunk without size",
            OK + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n[]",
            Kind.MISROUTED),
        Arguments.of(
            "an endless name in gzip",
            OK + "Content-Encoding: gzip\r\n\r\n\u001f\u008b\b\b\0\0\0\0\0\0" + ENDLESS,
            Kind.MISROUTED),
        Arguments.of("no gzip", OK + "Content-Encoding: gzip\r\n\r\n" + LONG, Kind.MISROUTED),
        Arguments.of("407 of no proxy", "HTTP/1.1 407 X\r\n" + LENGTH_2, Kind.MISROUTED),
        Arguments.of(
            "504 that cannot route",
            "HTTP/1.1 504 X\r\nConnection: close\r\n\r\nCannot route. Codebase/company is invalid",
            Kind.TIMEOUT),
        Arguments.of("cut off", OK + "Content-Length: 10\r\n\r\n[", Kind.UNAVAILABLE),
        Arguments.of(
            "503 at once again",
            "HTTP/1.1 503 X\r\nRetry-After: 00\r\nConnection: close\r\n\r\n",
            Kind.UNAVAILABLE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("odd")
  void isClassifiedAndACreateIsNotSentAgain(String name, String answer, Kind kind)
      throws Exception {
    try (RawServer server = server(answer);
        ConnectWiseClient client = client(server, RETRIES)) {
      ApiException read = failure(client, READ);
      int reads = asked.getAndSet(0);
      ApiException create = failure(client, CREATE);

      assertThat(read.failure().kind()).isEqualTo(kind);
      assertThat(read.getMessage()).hasSizeLessThan(1_000);
      assertThat(reads).isBetween(1, kind == Kind.MISROUTED ? 3 : 1 + RETRIES);
      assertThat(create.failure().kind())
          .isEqualTo(name.startsWith("407") ? create.failure().kind() : Kind.AMBIGUOUS);
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void aLongHeaderIsReadAndWhatHasNoContentIsASuccess() throws Exception {
    for (String header :
        List.of("A", "Link", "x-cw-request-id", "Date", "Content-Type", "ETag", "Set-Cookie")) {
      try (RawServer server = server(OK + header + ": " + LONG + "\r\n" + LENGTH_2);
          ConnectWiseClient client = client(server, 0)) {
        assertThat(client.send(READ, FILE).items()).containsExactly("2");
      }
    }
    for (int status : new int[] {204, 205}) {
      try (RawServer server =
              server("HTTP/1.1 " + status + " X\r\nContent-Length: 5\r\n\r\n12345");
          ConnectWiseClient client = client(server, 0)) {
        assertThat(client.send(CREATE).status()).isEqualTo(status);
        assertThat(client.send(READ).blank()).isTrue();
      }
    }
  }

  @Test
  void aRetryAfterOfAnyLengthIsOneOfTenMinutes() throws Exception {
    for (String digits : List.of("9999999999", "9".repeat(200_000))) {
      try (RawServer server =
              server("HTTP/1.1 503 X\r\nRetry-After: " + digits + "\r\nContent-Length: 0\r\n\r\n");
          ConnectWiseClient client = client(server, 0)) {
        assertThat(failure(client, READ).failure().retryAfter()).contains(Duration.ofMinutes(10));
      }
    }
  }

  @Test
  void whateverIsGeneratedEndsAsAnAnswerOrAsAFailureOfAKind() throws Exception {
    String[] latest = new String[1];
    try (RawServer server =
            new RawServer(
                () -> {
                  asked.incrementAndGet();
                  return latest[0].getBytes(ISO_8859_1);
                });
        ConnectWiseClient client = client(server, RETRIES)) {
      for (int i = 0; i < ANSWERS; i++) {
        latest[0] = answer();
        asked.set(0);
        boolean create = random.nextBoolean();

        Throwable thrown =
            catchThrowable(
                () -> {
                  if (random.nextInt(3) == 0) {
                    client.send(create ? CREATE : READ, FILE);
                  } else {
                    client.send(create ? CREATE : READ);
                  }
                });

        String head = "answer " + i + " of seed " + SEED + ": " + start(latest[0]);
        if (thrown != null) {
          assertThat(thrown).as(head).isInstanceOf(ApiException.class);
          assertThat(thrown.getMessage()).as(head).hasSizeLessThan(2_000);
          Kind kind = ((ApiException) thrown).failure().kind();
          assertThat(kind).as(head).isNotEqualTo(Kind.CANCELLED);
          if (create && kind == Kind.AMBIGUOUS) {
            assertThat(asked).as(head).hasValue(1);
          }
        }
        assertThat(asked.get()).as(head).isBetween(1, 1 + RETRIES);
      }
    }
  }

  private static String start(String answer) {
    return answer.substring(0, Math.min(200, answer.length()));
  }

  private String any(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String answer() {
    StringBuilder answer = new StringBuilder();
    answer.append(any("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.9", "ICY", "HTTP/2"));
    answer.append(' ').append(any("200", "200", "201", "204", "205", "207", status(), status()));
    answer.append(any(" OK", "", " ", "\0", " \u00e4")).append(any("\r\n", "\r\n", "\r\n", "\n"));
    for (int headers = random.nextInt(5); headers > 0; headers--) {
      answer
          .append(
              any(
                  "Content-Length",
                  "Transfer-Encoding",
                  "Content-Encoding",
                  "Content-Type",
                  "Content-Disposition",
                  "Location",
                  "Link",
                  "Date",
                  "Retry-After",
                  "WWW-Authenticate",
                  "Proxy-Authenticate",
                  "x-cw-request-id",
                  "",
                  "\u00e4"))
          .append(any(": ", ":", " "))
          .append(value())
          .append("\r\n");
    }
    answer.append("Connection: close\r\n").append(any("\r\n", "\r\n", "\r\n", "\n", ""));
    return answer.append(body()).toString();
  }

  private String status() {
    return any("", "-1", "+20", "1e3", "099", "2000", String.valueOf(100 + random.nextInt(900)));
  }

  private String value() {
    return any(
        "0",
        "-5",
        "2",
        "9223372036854775807",
        "99999999999999999999",
        "chunked",
        "gzip",
        "identity",
        "deflate, gzip",
        "application/json; charset=\"",
        "text/html",
        ";;;=;\"",
        "attachment; filename=\"" + "a".repeat(random.nextInt(100_000)),
        "attachment" + ";".repeat(random.nextInt(100_000)),
        "attachment; filename*=UTF-8''%" + "%41".repeat(random.nextInt(1_000)),
        "attachment; filename=" + "\"\\".repeat(random.nextInt(50_000)),
        "https://" + "h".repeat(random.nextInt(10_000)) + "/?a=b",
        "<x?page=2>; rel=\"next\"",
        "Basic realm=\"" + "=,".repeat(random.nextInt(1_000)),
        "Wed, 01 Jan 9999 00:00:00 GMT",
        "\0\u0001\u00ff");
  }

  private String body() {
    return any(
        "",
        "[]",
        "{}",
        "null",
        "[{\"id\":1}]",
        "[{\"id\":1},",
        "<html><title>Maintenance</title>",
        "Cannot route. Codebase/company is invalid",
        "{\"code\":\"NotFound\",\"message\":\"x\"}",
        "{\"payload\":[{\"success\":false},null,1,{\"error\":[]}]}",
        "2\r\n[]\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFF\r\n[]",
        "-2\r\n[]",
        "\u001f\u008b\b\0\0\0\0\0\0\3",
        "[".repeat(random.nextInt(2_000)),
        "1e" + "9".repeat(1 + random.nextInt(50)),
        "\u00ff\u00fe\0[");
  }

  private RawServer server(String answer) throws IOException {
    byte[] bytes = answer.getBytes(ISO_8859_1);
    return new RawServer(
        () -> {
          asked.incrementAndGet();
          return bytes;
        });
  }

  private static ConnectWiseClient client(RawServer server, int retries) {
    return Calls.settings(server.url()).retry(Calls.quickly(retries)).open();
  }

  private static ApiException failure(ConnectWiseClient client, Call call) {
    return catchThrowableOfType(ApiException.class, () -> client.send(call));
  }
}
