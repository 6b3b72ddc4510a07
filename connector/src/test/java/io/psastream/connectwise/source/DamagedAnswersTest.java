package io.psastream.connectwise.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pages that come damaged, at random from a seed, while tickets change: nothing is lost, nothing
 * comes twice, the requests are bounded, and the task goes on or says what is wrong. With {@code
 * -Ddamaged.seeds=200} a longer run.
 */
class DamagedAnswersTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TICKETS = "/service/tickets";
  private static final int COUNT = 30;
  private static final int CHANGES = 40;

  /** Answers that are plainly broken. */
  private static final List<BiFunction<Response, Random, Response>> BROKEN =
      List.of(
          (page, random) -> page.with(Body.of(part(page.body().bytes(), random))),
          (page, random) -> page.ending(Response.Ending.CUT),
          (page, random) -> page.ending(Response.Ending.SILENT),
          (page, random) -> page.with("Content-Encoding", "gzip"),
          (page, random) -> page.with(structure(page.body().bytes(), random)),
          (page, random) -> page.with(Body.EMPTY),
          (page, random) -> page.with(Body.of("null")),
          (page, random) -> page.with(Body.of("\"Please wait\"")),
          (page, random) -> page.with(Body.of("[[],{}")),
          (page, random) -> Response.html(200, "<html><title>Maintenance</title></html>"),
          (page, random) -> Response.html(404, "<html><title>Not found</title></html>"),
          (page, random) -> Response.of(302).with("Location", "https://login.example.com/"),
          (page, random) -> Response.of(500),
          (page, random) -> Response.text(502, "bad gateway"),
          (page, random) -> Response.of(503).with("Retry-After", "0"),
          (page, random) -> Response.json(429, "{}").with("Retry-After", "-1"),
          (page, random) -> Response.of(408),
          (page, random) -> new Response(204, page.headers(), Body.EMPTY, page.ending()));

  /** Answers that are odd, each in its way, and mean what they should. */
  private static final List<BiFunction<Response, Random, Response>> ODD =
      List.of(
          (page, random) -> page.with("Content-Type", "text/plain"),
          (page, random) -> page.with("Content-Type", "application/octet-stream"),
          (page, random) -> page.without("Content-Type"),
          (page, random) -> page.with("Date", "some day"),
          (page, random) -> page.without("Date"),
          (page, random) -> page.with("Date", "Fri, 01 Jan 1999 00:00:00 GMT"),
          (page, random) -> page.with("ETag", "x".repeat(random.nextInt(5_000))),
          (page, random) -> page.with("Link", "<https://example.com/?page=2>; rel=\"last\""),
          (page, random) -> page.with(Body.of("\n\t " + text(page) + "\r\n")),
          (page, random) -> page.with(Body.of('\ufeff' + text(page))),
          (page, random) -> list(page, items -> items.insert(0, items.get(items.size() - 1))),
          (page, random) -> list(page, items -> items.add(items.get(0))),
          (page, random) ->
              list(page, items -> items.add(items.remove(random.nextInt(items.size())))));

  /** Sites whose items are odd, in every answer. */
  private static final List<UnaryOperator<Response>> SITES =
      List.of(
          page -> page,
          page -> items(page, each -> each.put("unheardOf", 5)),
          page -> items(page, each -> each.putNull("company")),
          page -> items(page, each -> each.put("summary", 5)),
          page -> items(page, each -> each.set("board", JSON.createArrayNode())),
          page -> updated(page, text -> text.replace("Z", "+00:00")),
          page -> updated(page, text -> text.replace("Z", ".000Z")),
          page -> updated(page, text -> text.replace('T', ' ').replace("Z", "")));

  /** A poll takes a second at most. */
  private static final int MOST_POLLS = 60;

  private final Simulator simulator = Simulator.start();
  private final SourceHarness source = new SourceHarness(simulator);
  private final ItemCollection tickets = simulator.store().collection(TICKETS);

  @AfterEach
  void close() {
    source.close();
    simulator.close();
  }

  private static byte[] part(byte[] body, Random random) {
    return Arrays.copyOf(body, random.nextInt(Math.max(1, body.length - 1)));
  }

  /** One of the characters that hold JSON together becomes another. */
  private static Body structure(byte[] body, Random random) {
    byte[] copy = body.clone();
    copy[random.nextBoolean() ? 0 : copy.length - 1] = (byte) "}{x,:\"".charAt(random.nextInt(6));
    return Body.of(copy);
  }

  private static String text(Response page) {
    return new String(page.body().bytes(), UTF_8);
  }

  private static Response list(Response page, Consumer<ArrayNode> change) {
    try {
      JsonNode tree = JSON.readTree(page.body().bytes());
      if (tree instanceof ArrayNode items && !items.isEmpty()) {
        change.accept(items);
      }
      return page.with(Body.of(tree.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Response items(Response page, Consumer<ObjectNode> change) {
    return list(page, items -> items.forEach(each -> change.accept((ObjectNode) each)));
  }

  private static Response updated(Response page, UnaryOperator<String> form) {
    return items(
        page,
        each -> {
          ObjectNode info = (ObjectNode) each.path("_info");
          info.put("lastUpdated", form.apply(info.path("lastUpdated").asText()));
        });
  }

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("damaged.seeds", 2));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void brokenAnswersDelayAndNoMore(long seed) throws InterruptedException {
    run(seed, page -> page, BROKEN, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void oddAnswersAreRead(long seed) throws InterruptedException {
    run(seed, SITES.get((int) seed % SITES.size()), ODD, 80);
  }

  private void run(
      long seed,
      UnaryOperator<Response> site,
      List<BiFunction<Response, Random, Response>> damages,
      int percent)
      throws InterruptedException {
    Random random = new Random(seed);
    simulator.seed().bytes(300).tickets(COUNT);
    simulator.clock().advance(Duration.ofMinutes(10));
    AtomicBoolean damaging = new AtomicBoolean();
    simulator
        .faults()
        .changing(
            Fault.of("hook").on(TICKETS),
            (request, page) ->
                damaging.get() && random.nextInt(100) < percent
                    ? damages.get(random.nextInt(damages.size())).apply(site.apply(page), random)
                    : site.apply(page));
    source.set("page.size", "7").set("schedule.interval.ms", "100").start();
    source.pollUntil(COUNT);
    damaging.set(true);

    for (int change = 0; change < CHANGES; change++) {
      simulator.clock().advance(Duration.ofSeconds(1));
      String summary = "change " + change;
      tickets.update(1L + random.nextInt(COUNT), ticket -> ticket.put("summary", summary));
      pollOrRestart();
    }
    damaging.set(false);
    simulator.clock().advance(Duration.ofSeconds(100));
    for (int polls = 0; polls < MOST_POLLS && !complete(); polls++) {
      pollOrRestart(); // a page that was damaged before may still be on its way
    }
    source.pollOn(5);

    assertThat(versions()).doesNotHaveDuplicates();
    assertThat(complete()).isTrue();
    assertThat(simulator.requests().total()).isLessThan(CHANGES * 40L);
  }

  private void pollOrRestart() throws InterruptedException {
    try {
      source.poll();
    } catch (ConnectException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      assertThat(e).hasMessageContaining("Query getServiceTickets failed");
      assertThat(trace.toString()).doesNotContain("change ");
      source.restart();
    }
  }

  /** Whether the newest version of every ticket has arrived. */
  private boolean complete() {
    List<String> arrived = versions();
    return tickets.items().stream()
        .allMatch(
            each ->
                arrived.contains(
                    each.tree().path("id").asLong()
                        + " "
                        + each.tree().path("_info").path("lastUpdated").asText()));
  }

  private List<String> versions() {
    return source.records().stream()
        .map(record -> record.key() + " " + SourceHarness.updated(record))
        .toList();
  }
}
