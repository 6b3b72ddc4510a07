package io.psastream.connectwise.client;

import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.psastream.connectwise.TestLogging;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.paging.PageReader;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.metrics.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers that are large for the memory: read alone, in smaller pages, or left out by item. */
class LargeAnswersTest {

  private static final int MIB = 1024 * 1024;
  private static final int ITEMS = 300;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    server.close();
  }

  private Calls.Settings settings() {
    return Calls.settings(server.url()).maxBytes(64L * MIB).retry(Calls.quickly(0));
  }

  /** A list of items of which some are large, by id. */
  private void list(Map<Long, Integer> sizes, boolean honoursSize) {
    Pattern after = Pattern.compile("(?:id(?:%20|\\+| )(?:%3E|>)(?:%20|\\+| )|pageId=)(-?\\d+)");
    Pattern page = Pattern.compile("[&?]page=(\\d+)");
    Pattern exact = Pattern.compile("id(?:%20|\\+| )(?:%3D|=)(?:%20|\\+| )(\\d+)");
    Pattern upTo = Pattern.compile("(?:%3C|<)(?:%3D|=)(?:%20|\\+| )(\\d+)");
    server.always(
        exchange -> {
          String uri = "?" + exchange.getRequestURI().getRawQuery();
          int size =
              honoursSize ? (int) number(Pattern.compile("pageSize=(\\d+)"), uri, 25) : ITEMS;
          long one = number(exact, uri, -1);
          long from = one >= 0 ? one : number(after, uri, 0) + 1;
          from += (number(page, uri, 1) - 1) * size;
          long to = one >= 0 ? one : number(upTo, uri, ITEMS);
          boolean ids = uri.contains("fields=id&") || uri.endsWith("fields=id");
          StringBuilder body = new StringBuilder("[");
          if (uri.contains("desc")) {
            from = ITEMS;
            to = ITEMS;
          }
          for (long id = from; id <= Math.min(to, from + size - 1); id++) {
            body.append(body.length() > 1 ? "," : "").append("{\"id\":").append(id);
            body.append(ids ? "}" : ",\"x\":\"" + "x".repeat(sizes.getOrDefault(id, 10)) + "\"}");
          }
          json(200, body.append("]").toString()).to(exchange);
        });
  }

  private static long number(Pattern pattern, String text, long otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : otherwise;
  }

  private static List<Long> readAll(ConnectWiseClient client, PagingStrategy strategy) {
    PageReader pages =
        new PageReader(
            client,
            Calls.tickets(Map.of()),
            Optional.empty(),
            new Paging(strategy, 100, Calls.ITEMS),
            strategy.beginning());
    List<Long> ids = new ArrayList<>();
    Page page;
    do {
      page = pages.next();
      page.items().forEach(item -> ids.add(item.id().orElseThrow()));
    } while (!page.last());
    return ids;
  }

  @ParameterizedTest
  @CsvSource({"KEYSET, 1", "KEYSET, 2", "FORWARD_ONLY, 3", "FORWARD_ONLY, 4", "PAGE, 5", "PAGE, 6"})
  void everyItemComesButThoseThatAreTooLargeThemselves(PagingStrategy strategy, long seed) {
    Random random = new Random(seed);
    Map<Long, Integer> sizes = new TreeMap<>();
    for (int i = 0; i < 12; i++) {
      int size = random.nextInt(3) == 0 ? 3 * MIB / 4 : random.nextInt(75_000);
      sizes.put(1 + (long) random.nextInt(ITEMS), size);
    }
    if (seed % 2 == 0) { // the first, the last and neighbours
      List.of(1, 2, ITEMS).forEach(id -> sizes.put((long) id, 3 * MIB / 4));
    }
    list(sizes, true);
    try (ConnectWiseClient client = settings().maxMemory(MIB).inFlight(4).open()) {
      assertThat(readAll(client, strategy))
          .isEqualTo(
              IntStream.rangeClosed(1, ITEMS)
                  .mapToObj(id -> (long) id)
                  .filter(id -> sizes.getOrDefault(id, 0) < MIB / 2)
                  .toList());
      long large = sizes.values().stream().filter(size -> size > MIB / 2).count();
      assertThat(server.asked).hasSizeLessThan(20 + 20 * (int) large);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeToldApartFailsAndNamesTheKey(PagingStrategy strategy) {
    list(Map.of(7L, 6 * MIB), false);
    try (ConnectWiseClient client = settings().maxMemory(8 * MIB).open()) {
      ApiException e = catchThrowableOfType(ApiException.class, () -> readAll(client, strategy));

      assertThat(e.failure().kind()).isEqualTo(Kind.TOO_LARGE);
      assertThat(e.failure().hint().orElseThrow()).contains("http.memory.max.bytes");
    }
  }

  /** Two queries of one operation are told apart, and neither hides what the other is told. */
  @ParameterizedTest
  @EnumSource
  void whatIsLoggedOfAListNamesTheQueryThatReadsIt(PagingStrategy strategy) throws Exception {
    list(Map.of(7L, 3 * MIB / 4), true);
    List<String> log =
        TestLogging.of(
            () -> {
              try (ConnectWiseClient client = settings().maxMemory(MIB).open()) {
                for (String query : List.of("open", "closed")) {
                  readAll(client.ofQuery(query, Metrics.NONE), strategy);
                }
              }
            });

    for (String query : List.of("open", "closed")) {
      assertThat(log)
          .filteredOn(line -> line.contains("Query " + query + ": Item "))
          .singleElement()
          .asString()
          .contains("getServiceTickets GET /service/tickets is too large and is left out");
      assertThat(log)
          .filteredOn(line -> line.contains("Retrying with"))
          .filteredOn(line -> line.contains("Query " + query + ": getServiceTickets GET "))
          .hasSize(strategy.byId() ? 1 : 0);
    }
  }

  @Test
  void manyValuesCountForMoreThanTheirBytes() {
    server.always(json(200, "[" + "[],".repeat(MIB / 2) + "1]"));
    try (ConnectWiseClient client = settings().maxMemory(16 * MIB).open()) {
      ApiException e =
          catchThrowableOfType(ApiException.class, () -> client.send(Calls.tickets(Map.of())));

      assertThat(e.failure().kind()).isEqualTo(Kind.TOO_LARGE);
      assertThat(server.asked).hasSize(1);
    }
  }

  /** Each is given its whole text only when it has the memory to itself. */
  @Test
  void largeAnswersAreReadOneAtATimeAndAllOfThemInTheEnd() throws Exception {
    AtomicInteger within = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    MemoryBudget budget = new MemoryBudget(8 * MIB, 4, Duration.ofSeconds(20));
    CountDownLatch begun = new CountDownLatch(4);
    Callable<Void> answer =
        () -> {
          try (MemoryBudget.Allotment part = budget.allot(false)) {
            part.take(MIB);
            begun.countDown();
            begun.await();
            for (int i = 0; i < 2; i++) {
              part.take(MIB);
              most.accumulateAndGet(i == 0 ? within.incrementAndGet() : within.get(), Math::max);
            }
            within.decrementAndGet();
          }
          return null;
        };

    for (Future<Void> each :
        threads.invokeAll(List.of(answer, answer, answer, answer), 20, TimeUnit.SECONDS)) {
      each.get();
    }

    assertThat(most).hasValue(1);
  }

  @Test
  void noAnswerWaitsForEver() throws Exception {
    MemoryBudget budget = new MemoryBudget(8 * MIB, 4, Duration.ofMillis(1));
    try (MemoryBudget.Allotment other = budget.allot(false)) {
      try (MemoryBudget.Allotment alone = budget.allot(false)) {
        alone.take(2 * MIB);

        assertThatThrownBy(() -> other.take(2 * MIB)).hasMessage("timeout");
      }
      other.take(1);
    }
  }

  /** One call that runs out of memory ends the others, which hold what is missing. */
  @Test
  void outOfMemoryEndsAllCallsOfTheClientWithTheSameError() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    server.then(server.hang()).then(server.hang());
    server.always(json(200, "[1]"));
    try (ConnectWiseClient client = settings().open()) {
      List<Future<?>> others = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        ConnectWiseClient ofQuery = client.ofQuery("tickets", Metrics.NONE);
        others.add(threads.submit(() -> ofQuery.send(Calls.tickets(Map.of()))));
        int asked = i + 1;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (server.asked.size() < asked) {
          assertThat(System.nanoTime()).isLessThan(end);
          Thread.onSpinWait();
        }
      }
      ValueDecoder<Object> large =
          parser -> {
            throw error;
          };

      assertThatThrownBy(() -> client.send(Calls.tickets(Map.of()), large)).isSameAs(error);

      for (Future<?> other : others) {
        assertThatThrownBy(() -> other.get(5, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCause(error);
      }
    }
    try (ConnectWiseClient next = settings().open()) {
      assertThat(next.send(Calls.tickets(Map.of())).items()).hasSize(1);
    }
  }
}
