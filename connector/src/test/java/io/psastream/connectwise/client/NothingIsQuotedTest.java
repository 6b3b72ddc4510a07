package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.data.FileDecoder;
import io.psastream.connectwise.data.JsonTextDecoder;
import io.psastream.connectwise.data.LastUpdated;
import io.psastream.connectwise.data.ReportDecoder;
import io.psastream.connectwise.data.SchemalessDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes in place of an answer, no exception and no line of the log has any of its content.
 * The answers are made at random, from a seed.
 */
class NothingIsQuotedTest {

  private static final String MARK = "S3CRET";
  private static final int ANSWERS = 600;

  private static final List<String> TYPES =
      List.of(
          "application/json; charset=utf-8",
          "application/json",
          "text/plain",
          "text/html",
          "application/octet-stream",
          "application/xml",
          "application/vnd.connectwise.com+json; version=2025.1",
          "nonsense",
          "");

  private static final List<String> BODIES =
      List.of(
          "[{\"id\":1,\"summary\":\"S3CRET\"},{\"id\":2,\"S3CRET\":\"S3CRET\"}]",
          "{\"column_definitions\":[{\"S3CRET\":{}}],\"row_values\":[[\"S3CRET\"],[12]]}",
          "{\"id\":7,\"note\":\"S3CRET\",\"_info\":{\"lastUpdated\":\"S3CRET\"}}",
          "{\"data\":\"S3CRET\",\"errors\":[{\"resource\":\"S3CRET\"}],\"details\":\"S3CRET\"}",
          "S3CRET and S3CRET",
          "\"S3CRET\"",
          "[S3CRET]",
          "S3CRET: timeout",
          "Cannot route. Codebase/company is invalid S3CRET",
          "<html><body>S3CRET</body></html>",
          "<!doctype html><title>Sign in</title><p>S3CRET",
          "<x>S3CRET</x>");

  private static final int[] STATUSES = {
    200, 200, 200, 201, 302, 400, 401, 403, 404, 409, 500, 503
  };

  private static final List<ItemDecoder<?>> DECODERS =
      List.of(
          Json.TREE,
          new SchemalessDecoder(new LastUpdated()),
          new JsonTextDecoder(new LastUpdated()),
          new ReportDecoder(ReportDecoder.RowForm.TEXT),
          new FileDecoder(ItemDecoder.Media.FILE));

  private final Random random = new Random(11);

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private byte[] answer() {
    int status = STATUSES[random.nextInt(STATUSES.length)];
    byte[] body = damaged(any(BODIES).getBytes(UTF_8));
    while (status >= 400 && isJson(body)) {
      body = damaged(any(BODIES).getBytes(UTF_8)); // the JSON of an error is the API's message
    }
    String type = any(TYPES);
    StringBuilder head = new StringBuilder();
    head.append("HTTP/1.1 ").append(status).append(" X\r\n");
    head.append(type.isEmpty() ? "" : "Content-Type: " + type + "\r\n");
    return switch (random.nextInt(9)) {
      case 0 -> // The rest is the beginning of the next answer.
          joined(head + "Content-Length: " + body.length / 2 + "\r\n\r\n", body);
      case 1 -> // The size of a chunk is none.
          joined(head + "Transfer-Encoding: chunked\r\n\r\n", body);
      case 2 -> joined("", body);
      case 3 ->
          joined(
              head + "Content-Encoding: gzip\r\nContent-Length: " + body.length + "\r\n\r\n", body);
      case 4 ->
          joined(
              head + "Connection: close\r\nContent-Length: " + (body.length + 9) + "\r\n\r\n",
              body);
      default -> joined(head + "Content-Length: " + body.length + "\r\n\r\n", body);
    };
  }

  private static boolean isJson(byte[] body) {
    return ErrorBody.parse(new String(body, UTF_8), false).type() == ErrorBody.BodyType.JSON;
  }

  private static byte[] joined(String head, byte[] body) {
    byte[] all = Arrays.copyOf(head.getBytes(UTF_8), head.length() + body.length);
    System.arraycopy(body, 0, all, head.length(), body.length);
    return all;
  }

  private byte[] damaged(byte[] body) {
    for (int i = random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(body.length);
      switch (random.nextInt(3)) {
        case 0 -> body[at] = (byte) random.nextInt(256);
        case 1 -> body = Arrays.copyOf(body, Math.max(1, at));
        default -> {
          byte[] longer = Arrays.copyOf(body, body.length + 1);
          System.arraycopy(body, at, longer, at + 1, body.length - at);
          body = longer;
        }
      }
    }
    return body;
  }

  @Test
  void neitherInExceptionsNorInTheLog() throws IOException {
    AtomicReference<byte[]> next = new AtomicReference<>();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream before = System.err;
    int failures = 0;
    try (RawServer server = new RawServer(next::get);
        PrintStream captured = new PrintStream(log, true, UTF_8);
        ConnectWiseClient client =
            Calls.settings(server.url())
                .retry(Calls.quickly(1))
                .timeout(Duration.ofSeconds(2))
                .inFlight(1)
                .open()) {
      System.setErr(captured);
      for (int i = 0; i < ANSWERS; i++) {
        next.set(answer());
        try {
          client.send(Calls.tickets(Map.of()), any(DECODERS));
        } catch (RuntimeException e) {
          failures++;
          StringWriter trace = new StringWriter();
          e.printStackTrace(new PrintWriter(trace));
          assertNothingOf(trace.toString(), "answer " + i);
        }
      }
    } finally {
      System.setErr(before);
    }

    assertThat(failures).isGreaterThan(ANSWERS / 2);
    assertThat(log.toString(UTF_8)).contains("Retrying in");
    assertNothingOf(log.toString(UTF_8), "the log");
  }

  private static void assertNothingOf(String text, String where) {
    assertThat(text)
        .as(where)
        .doesNotContainIgnoringCase(MARK)
        .doesNotContainIgnoringCase(HexFormat.of().formatHex(MARK.getBytes(UTF_8)));
  }
}
