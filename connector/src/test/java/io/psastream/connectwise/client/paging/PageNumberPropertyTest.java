package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lists of rows of which many are equal, on servers of every kind, in pages of every size, from the
 * beginning and from the middle: each row arrives as often as it is there, with bounded requests.
 */
class PageNumberPropertyTest {

  private static final int LISTS = 400;

  /** What a server makes of page number and page size. */
  enum Server {
    NUMBERED,
    LINKED,
    CUT_DOWN,
    CUT_DOWN_AND_LINKED,
    REFUSING,
    ALL_AT_ONCE,
    ALL_AT_ONCE_WITH_NEXT_LINKS,
    ONE_SIZED;

    private boolean ignoresPages() {
      return name().startsWith("ALL_AT_ONCE") || this == ONE_SIZED;
    }

    private boolean linked() {
      return this == LINKED || this == CUT_DOWN_AND_LINKED;
    }
  }

  private final Random random = new Random(6);

  /** Rows of a few values, as audit trails and workflow options have them. */
  private List<Item> rows() {
    int values = 1 + random.nextInt(3);
    return IntStream.range(0, random.nextInt(60))
        .mapToObj(i -> new Item(OptionalLong.empty(), Optional.empty(), random.nextInt(values)))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void everyRowArrivesAsOftenAsItIsThere(Server server) {
    for (int i = 0; i < LISTS; i++) {
      List<Item> rows = rows();
      int size = 1 + random.nextInt(rows.size() + 5);
      int most = server.name().startsWith("CUT_DOWN") ? 1 + random.nextInt(10) : Integer.MAX_VALUE;
      if (server == Server.ONE_SIZED) {
        size = Math.max(1, rows.size()); // which is why all of the list is in its first page
      }
      int start = random.nextBoolean() ? 0 : random.nextInt(rows.size() + 1);
      String what =
          server + " " + rows.size() + " rows, size " + size + " of " + most + ", " + start;

      List<Item> read = new ArrayList<>();
      int requests = read(server, rows, Set.of(), size, most, start, read);

      assertEquals(rows.subList(start, rows.size()), read, what);
      int pages = (rows.size() - 1) / Math.min(size, most) + 1;
      assertThat(requests).as(what).isLessThanOrEqualTo(pages + 3);
    }
  }

  /** Alone, side by side, first, last and all of them; what cannot be told apart is no end. */
  @ParameterizedTest
  @EnumSource
  void everyRowArrivesButThoseThatAreTooLargeThemselves(Server server) {
    for (int i = 0; i < LISTS; i++) {
      List<Item> rows = rows();
      int size = 1 + random.nextInt(rows.size() + 5);
      int most = server.name().startsWith("CUT_DOWN") ? 1 + random.nextInt(10) : Integer.MAX_VALUE;
      int start = random.nextBoolean() ? 0 : random.nextInt(rows.size() + 1);
      double share = random.nextInt(3) == 0 ? random.nextDouble() : 0.05;
      Set<Integer> large =
          IntStream.range(0, rows.size())
              .filter(row -> random.nextDouble() < share)
              .boxed()
              .collect(Collectors.toSet());
      String what =
          server + " " + rows.size() + " rows, size " + size + " of " + most + ", " + start + large;
      List<Item> expected =
          IntStream.range(start, rows.size())
              .filter(row -> !large.contains(row))
              .mapToObj(rows::get)
              .toList();

      List<Item> read = new ArrayList<>();
      try {
        int requests = read(server, rows, large, size, most, start, read);

        assertEquals(expected, read, what);
        assertThat(requests).as(what).isLessThan(10 + 2 * rows.size() + 12 * large.size());
      } catch (ApiException e) {
        assertThat(server.ignoresPages()).as(what + " " + e).isTrue();
      }
    }
  }

  private static int read(
      Server server,
      List<Item> rows,
      Set<Integer> large,
      int size,
      int most,
      int start,
      List<Item> read) {
    PageNumberCursor cursor =
        new PageNumberCursor(
            new ListCall(
                Call.of(Calls.operation("getSystemAudittrail"), Map.of(), Map.of()),
                Optional.empty(),
                ""),
            start);
    int requests = 0;
    Page page;
    do {
      requests++;
      assertThat(requests).as("requests").isLessThan(1_000);
      Map<String, String> query = cursor.next(size).query();
      boolean idsOnly = "id".equals(query.get("fields"));
      long number = Long.parseLong(query.get("page"));
      int asked = Math.min(most, Integer.parseInt(query.get("pageSize")));
      if (!idsOnly && sent(server, rows.size(), number, asked).anyMatch(large::contains)) {
        Failure failure = Failure.of(Kind.TOO_LARGE, "list", 200, "large");
        page = cursor.refused(failure).orElseThrow(() -> new ApiException(failure));
      } else if (server == Server.REFUSING && number > 10_000) {
        page = cursor.refused(Failure.of(Kind.REJECTED, "list", 400, "no")).orElseThrow();
      } else {
        page = cursor.accept(answer(server, rows, number, asked), size);
      }
      read.addAll(page.items());
      assertThat(page.position()).isGreaterThanOrEqualTo(start + read.size());
      assertThat(page.position() - start - read.size()).isLessThanOrEqualTo(large.size());
    } while (!page.last());
    return requests;
  }

  /** The rows that a page has. */
  private static IntStream sent(Server server, int rows, long number, int size) {
    if (server.ignoresPages()) {
      return IntStream.range(0, rows);
    }
    int from = (int) Math.min(rows, (number - 1) * size);
    return IntStream.range(from, Math.min(rows, from + size));
  }

  private static Answer<Item> answer(Server server, List<Item> rows, long number, int size) {
    if (server.ignoresPages()) {
      boolean links = server == Server.ALL_AT_ONCE_WITH_NEXT_LINKS;
      String next = "<http://x/?page=" + (number + 1) + ">; rel=\"next\"";
      return Answers.page(rows, links ? next : null);
    }
    List<Item> sent = sent(server, rows.size(), number, size).mapToObj(rows::get).toList();
    boolean more = (number - 1) * size + size < rows.size();
    String link = (number > 1 ? "<http://x/?page=" + (number - 1) + ">; rel=\"prev\"" : "");
    link += more ? ", <http://x/?page=" + (number + 1) + ">; rel=\"next\"" : "";
    return Answers.page(sent, server.linked() && !link.isEmpty() ? link : null);
  }
}
