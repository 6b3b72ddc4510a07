package io.psastream.connectwise.client.paging;

import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.ScriptedServer;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lists with any ids: 0, below 0, close to the ends of the numbers, dense and far apart. Each is
 * read to its end, once, from the beginning and from each position, with bounded requests.
 */
class AnyIdsPropertyTest {

  private static final Pattern ABOVE = Pattern.compile("(?:id > |pageId=)(-?\\d+)");
  private static final Pattern UP_TO = Pattern.compile("id <= (-?\\d+)");
  private static final int LISTS = 12;

  private final Random random = new Random(10);
  private ScriptedServer server;
  private ConnectWiseClient client;
  private volatile List<Long> list = List.of();

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    server.always(exchange -> json(200, page(exchange.getRequestURI().getQuery())).to(exchange));
    client = Calls.settings(server.url()).inFlight(3).open();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  /** What a server answers that looks at everything that is asked of it. */
  private String page(String query) {
    long upTo = number(UP_TO, query, Long.MAX_VALUE);
    Optional<Long> above =
        ABOVE.matcher(query).find() ? Optional.of(number(ABOVE, query, 0)) : Optional.empty();
    List<Long> matching =
        new ArrayList<>(
            list.stream().filter(id -> above.stream().allMatch(it -> id > it)).toList());
    matching.removeIf(id -> id > upTo);
    if (query.contains("id desc")) {
      Collections.reverse(matching);
    }
    return matching.stream()
        .limit(number(Pattern.compile("pageSize=(\\d+)"), query, 25))
        .map(id -> "{\"id\":" + id + "}")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static long number(Pattern pattern, String query, long otherwise) {
    Matcher matcher = pattern.matcher(query);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : otherwise;
  }

  private List<Long> ids() {
    TreeSet<Long> ids = new TreeSet<>();
    int count = random.nextInt(60);
    for (int i = 0; i < count; i++) {
      ids.add(
          switch (random.nextInt(6)) {
            case 0 -> 0L;
            case 1 -> -1L - random.nextInt(20);
            case 2 -> random.nextLong();
            case 3 -> Long.MAX_VALUE - random.nextInt(3);
            case 4 -> Long.MIN_VALUE + 1 + random.nextInt(3);
            default -> (long) random.nextInt(100);
          });
    }
    return List.copyOf(ids);
  }

  private List<Long> read(PagingStrategy strategy, int size, long start, List<Long> positions) {
    PageReader reader =
        new PageReader(
            client,
            Calls.tickets(Map.of()),
            Optional.empty(),
            new Paging(strategy, size, Calls.ITEMS),
            start);
    List<Long> read = new ArrayList<>();
    Page page;
    do {
      page = reader.next();
      page.items().forEach(item -> read.add(item.id().orElseThrow()));
      positions.add(page.position());
    } while (!page.last());
    return read;
  }

  @ParameterizedTest
  @EnumSource(names = {"KEYSET", "FORWARD_ONLY"})
  void everyIdIsReadOnceFromTheBeginningAndFromEachPosition(PagingStrategy strategy) {
    for (int i = 0; i < LISTS; i++) {
      list = ids();
      int size = 1 + random.nextInt(12);
      List<Long> positions = new ArrayList<>();
      server.asked.clear();

      assertEquals(list, read(strategy, size, strategy.beginning(), positions));

      assertThat(server.asked.size())
          .as("%s", list)
          .isLessThanOrEqualTo(12 + 3 * list.size() / size);
      long position = positions.get(random.nextInt(positions.size()));
      List<Long> rest = list.stream().filter(id -> id > position).toList();
      assertEquals(rest, read(strategy, size, position, new ArrayList<>()));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"KEYSET", "FORWARD_ONLY"})
  void aListWhoseOnlyIdIsZeroIsOnePage(PagingStrategy strategy) {
    list = List.of(0L);

    assertEquals(list, read(strategy, 100, strategy.beginning(), new ArrayList<>()));

    assertThat(server.asked).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"KEYSET", "FORWARD_ONLY"})
  void whatCannotBeReadByIdIsSaidAtOnce(PagingStrategy strategy) {
    for (List<Long> bad : List.of(List.of(0L, 0L), List.of(-1L, -3L), List.of(Long.MIN_VALUE))) {
      list = bad;
      server.asked.clear();

      assertThatThrownBy(() -> read(strategy, 100, strategy.beginning(), new ArrayList<>()))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("Set paging of this query to another strategy");
      assertThat(server.asked).hasSize(1);
    }
  }

  @Test
  void rangesFarApartDoNotOverflow() {
    list =
        LongStream.concat(
                LongStream.rangeClosed(Long.MIN_VALUE + 1, Long.MIN_VALUE + 40),
                LongStream.rangeClosed(Long.MAX_VALUE - 40, Long.MAX_VALUE))
            .boxed()
            .toList();

    assertEquals(
        list, read(PagingStrategy.KEYSET, 5, PagingStrategy.KEYSET.beginning(), new ArrayList<>()));

    assertThat(server.asked).hasSizeLessThan(60);
  }
}
