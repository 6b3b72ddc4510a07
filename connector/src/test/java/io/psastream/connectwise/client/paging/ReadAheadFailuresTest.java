package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ScriptedServer;
import io.psastream.connectwise.client.ScriptedServer.Reply;
import io.psastream.connectwise.client.ValueDecoder;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.ActiveFault;
import io.psastream.connectwise.simulator.fault.Fault;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reading ahead makes of a server that fails, and of one that does not do as it is told. */
@ExtendWith(SimulatorExtension.class)
class ReadAheadFailuresTest {

  private static final Pattern ABOVE = Pattern.compile("id > (\\d+)");
  private static final Pattern UP_TO = Pattern.compile("id <= (\\d+)");

  private static final int IDS = 100;

  /** Makes a page of the ids from the bounds that were asked for. */
  private interface Pages {
    LongStream of(long above, long upTo);
  }

  private static Reply list(Pages pages) {
    return list(pages, ScriptedServer.json(200, "[{\"id\":" + IDS + "}]"));
  }

  private static Reply list(Pages pages, Reply highest) {
    return exchange -> {
      String query = exchange.getRequestURI().getQuery();
      String items =
          pages
              .of(number(ABOVE, query, 0), number(UP_TO, query, Long.MAX_VALUE))
              .filter(id -> id <= IDS)
              .limit(10)
              .mapToObj(id -> "{\"id\":" + id + "}")
              .collect(Collectors.joining(",", "[", "]"));
      (query.contains("id desc") ? highest : ScriptedServer.json(200, items)).to(exchange);
    };
  }

  private static long number(Pattern pattern, String query, long otherwise) {
    Matcher matcher = pattern.matcher(query);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : otherwise;
  }

  private static PageReader reader(ConnectWiseClient client) {
    return new PageReader(
        client,
        Calls.tickets(Map.of()),
        Optional.empty(),
        new Paging(PagingStrategy.KEYSET, 10, Calls.ITEMS),
        AscendingIds.BEGINNING);
  }

  @Test
  void neitherLosesNorRepeatsWhereTheServerIgnoresTheUpperBound() throws IOException {
    try (ScriptedServer server = new ScriptedServer();
        ConnectWiseClient client = Calls.settings(server.url()).inFlight(4).open()) {
      server.always(list((above, upTo) -> LongStream.rangeClosed(above + 1, above + 10)));
      PageReader reader = reader(client);

      List<Long> ids = new ArrayList<>();
      for (Page page = reader.next(); !page.last(); page = reader.next()) {
        page.items().forEach(item -> ids.add(item.id().orElseThrow()));
      }

      assertThat(ids).isEqualTo(LongStream.rangeClosed(1, IDS).boxed().toList());
      assertThat(server.uris()).anyMatch(uri -> UP_TO.matcher(URI.create(uri).getQuery()).find());
    }
  }

  @Test
  void refusesAServerThatIgnoresTheLowerBoundOfARange() throws IOException {
    try (ScriptedServer server = new ScriptedServer();
        ConnectWiseClient client = Calls.settings(server.url()).inFlight(4).open()) {
      server.always(
          list(
              (above, upTo) ->
                  upTo == Long.MAX_VALUE
                      ? LongStream.rangeClosed(above + 1, above + 10)
                      : LongStream.rangeClosed(1, upTo)));
      PageReader reader = reader(client);

      assertThatThrownBy(
              () -> {
                while (!reader.next().last()) {}
              })
          .isInstanceOf(ApiException.class)
          .hasMessageMatching("(?s).*\"Asked for ids above \\d+, but the server sent id 1\".*");
    }
  }

  @Test
  void endsAWaitForAPageWhenTheClientIsClosed() throws Exception {
    try (ScriptedServer server = new ScriptedServer()) {
      ConnectWiseClient client = Calls.settings(server.url()).inFlight(4).open();
      CountDownLatch hanging = new CountDownLatch(4);
      Reply ids = list((above, upTo) -> LongStream.rangeClosed(above + 1, above + 10));
      Reply hang = server.hang();
      server.always(
          exchange -> {
            if (exchange.getRequestURI().getQuery().contains("id <=")) {
              hanging.countDown();
              hang.to(exchange);
            } else {
              ids.to(exchange);
            }
          });
      PageReader reader = reader(client);
      CompletableFuture<Void> reading =
          CompletableFuture.runAsync(
              () -> {
                while (!reader.next().last()) {}
              });
      assertThat(hanging.await(10, TimeUnit.SECONDS)).isTrue();

      client.close();

      ExecutionException ended =
          catchThrowableOfType(ExecutionException.class, () -> reading.get(10, TimeUnit.SECONDS));
      assertThat(ended.getCause())
          .isInstanceOfSatisfying(
              ApiException.class, it -> assertThat(it.failure().kind()).isEqualTo(Kind.CANCELLED));
      assertThatThrownBy(reader::next).isInstanceOf(ApiException.class);
    }
  }

  @Test
  void failsInTurnAndAsksOnlyForThatAgain(Simulator simulator) {
    LongList list = new LongList(simulator).tickets(2_000, 1);
    AtomicBoolean failed = new AtomicBoolean();
    simulator
        .faults()
        .before(
            Fault.of("hook").on(LongList.PATH),
            request -> {
              if (request.query().getOrDefault("conditions", "").contains("id <=")
                  && failed.compareAndSet(false, true)) {
                simulator.faults().add(Fault.of("unavailable").on(LongList.PATH).times(1));
              }
            });

    try (ConnectWiseClient client = list.open(4)) {
      PageReader reader = list.reader(client, 100);
      assertThatThrownBy(
              () -> {
                while (list.take(reader)) {}
              })
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("503");
      assertThat(list.read()).isSorted().hasSizeLessThan(2_000);
      while (list.take(reader)) {}
    }

    assertThat(list.read()).isEqualTo(list.collection().ids());
    assertThat(list.requests()).isEqualTo(20 + 2 + 1);
  }

  @Test
  void readsSmallerRangesWhereLargePagesTimeOut(Simulator simulator) {
    LongList list = new LongList(simulator).tickets(4_000, 3);
    ActiveFault timeout =
        simulator.faults().add(Fault.of("timeout500").with("abovePageSize", 250).times(6));

    try (ConnectWiseClient client = list.open(4)) {
      assertThat(list.readAll(client, 1_000)).isEqualTo(list.collection().ids());
    }

    assertThat(timeout.hits()).isPositive();
    assertThat(list.requests()).isLessThanOrEqualTo(16 * 5 / 4 + 3 * 4 + 4 + 6);
  }

  @Test
  void readsOnPageByPageWhereTheHighestIdIsRefused() throws IOException {
    try (ScriptedServer server = new ScriptedServer();
        ConnectWiseClient client = Calls.settings(server.url()).inFlight(4).open()) {
      server.always(
          list(
              (above, upTo) -> LongStream.rangeClosed(above + 1, above + 10),
              ScriptedServer.json(400, "{\"code\":\"InvalidArgument\"}")));
      PageReader reader = reader(client);

      int items = 0;
      for (Page page = reader.next(); !page.last(); page = reader.next()) {
        items += page.items().size();
      }

      assertThat(items).isEqualTo(IDS);
      assertThat(server.asked).hasSizeLessThanOrEqualTo(IDS / 10 + 1 + 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"id desc", "id <="})
  void anErrorOnAThreadThatReadsAheadIsTheReadersOwn(String request) throws IOException {
    try (ScriptedServer server = new ScriptedServer();
        ConnectWiseClient client = Calls.settings(server.url()).inFlight(4).open()) {
      Reply ids = list((above, upTo) -> LongStream.rangeClosed(above + 1, above + 10));
      Reply poison = ScriptedServer.json(200, "[{\"id\":1,\"poison\":true}]");
      server.always(
          exchange ->
              (exchange.getRequestURI().getQuery().contains(request) ? poison : ids).to(exchange));
      ValueDecoder<Item> dying =
          parser -> {
            Item item = Calls.ITEMS.decode(parser);
            if (((JsonNode) item.content()).has("poison")) {
              throw new StackOverflowError("poison");
            }
            return item;
          };
      PageReader reader =
          new PageReader(
              client,
              Calls.tickets(Map.of()),
              Optional.empty(),
              new Paging(PagingStrategy.KEYSET, 10, dying),
              AscendingIds.BEGINNING);

      assertThatThrownBy(
              () -> {
                while (!reader.next().last()) {}
              })
          .isInstanceOf(StackOverflowError.class)
          .hasMessage("poison");
    }
  }
}
