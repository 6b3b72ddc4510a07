package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.LongSummaryStatistics;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** What a call costs besides its answer, by the memory that it takes, which no load changes. */
class CallCostTest {

  private static final int CALLS = 200;

  private static final String ITEM =
      "{\"id\":7,\"summary\":\"" + "a printer ".repeat(10) + "\",\"lines\":[" + lines() + "]}";

  private static String lines() {
    return "{\"name\":\"Board\",\"_info\":{\"href\":\"https://na.myconnectwise.net/1\"}},"
            .repeat(25)
        + "{}";
  }

  @Test
  void aCallAllocatesLittleMoreThanOkHttpAndTheTreeOfItsAnswer() throws IOException {
    byte[] answer =
        ("HTTP/1.1 200 OK\r\nDate: Fri, 27 Nov 2026 15:00:00 GMT\r\n"
                + "Content-Type: application/json; charset=utf-8\r\nContent-Length: "
                + ITEM.length()
                + "\r\n\r\n"
                + ITEM)
            .getBytes(US_ASCII);
    try (RawServer server = new RawServer(() -> answer);
        ConnectWiseClient client = Calls.settings(server.url()).open()) {
      OkHttpClient bare = new OkHttpClient();
      String url = server.url() + "/v4_6_release/apis/3.0/service/tickets/7";

      long own = allocated(() -> client.send(Calls.ticket("7")));
      long least = allocated(() -> read(bare, url));

      assertThat(own).isLessThan(least * 4 / 3);
    }
  }

  private static void read(OkHttpClient http, String url) {
    Request request = new Request.Builder().url(url).header("Authorization", "Basic eA==").build();
    try (Response response = http.newCall(request).execute()) {
      assertThat(Json.MAPPER.readTree(response.body().byteStream()).path("id").asInt())
          .isEqualTo(7);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fewest bytes that one of many calls has taken on this thread. */
  private static long allocated(Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    LongSummaryStatistics bytes = new LongSummaryStatistics();
    for (int i = 0; i < CALLS; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      call.run();
      bytes.accept(threads.getCurrentThreadAllocatedBytes() - before);
    }
    return bytes.getMin();
  }
}
