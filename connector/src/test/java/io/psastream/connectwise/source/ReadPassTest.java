package io.psastream.connectwise.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.data.JsonText;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.ChildOptions;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.Window;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Which offset each record of a pass carries, and what a failure of children leaves. */
class ReadPassTest {

  private final Map<String, Query> queries =
      Queries.of(
          "queries", "tickets,notes",
          "query.tickets.operation.id", "getServiceTickets",
          "query.notes.operation.id", "getServiceTicketsByParentIdNotes",
          "query.notes.parent", "tickets",
          "query.notes.options", "{\"parentId\": \"${parent.id}\"}");

  /** The notes of each ticket. */
  private final Map<String, Item[]> notes = new HashMap<>();

  /** What the metrics of the notes say. */
  private final Map<Metric, Long> counted = new EnumMap<>(Metric.class);

  /** What the next reads of notes fail with. */
  private final Deque<ApiException> failures = new ArrayDeque<>();

  @Test
  void withoutChildrenEveryRecordCarriesTheOffsetAfterItsItem() {
    ReadPass pass = pass(withoutChildren(), Queries.page(true, Queries.items(1, 3)));

    Batch batch = pass.next();

    assertThat(told(batch)).containsExactly("1 @1", "2 @2", "3 @3");
    assertThat(batch.last()).isTrue();
  }

  @Test
  void onlyTheLastRecordOfAnItemAndItsChildrenCarriesTheOffsetAfterTheItem() {
    notes.put("1", Queries.items(11, 12));
    notes.put("3", Queries.items(31, 31));
    ReadPass pass = pass(withNotes(), Queries.page(true, Queries.items(1, 3)));

    assertThat(told(pass.next()))
        .containsExactly(
            "1 @0",
            "{id=11, parentId=1} @0",
            "{id=12, parentId=1} @1",
            "2 @2",
            "3 @2",
            "{id=31, parentId=3} @3");
  }

  @Test
  void theOffsetBeforeAnItemIsThatOfTheLastItemOfThePageBefore() {
    notes.put("2", Queries.items(21, 21));
    ReadPass pass =
        pass(
            withNotes(),
            Queries.page(false, Queries.items(1, 1)),
            Queries.page(true, Queries.items(2, 2)));

    assertThat(told(pass.next())).containsExactly("1 @1");
    assertThat(told(pass.next())).containsExactly("2 @1", "{id=21, parentId=2} @2");
  }

  @Test
  void aFailureOfChildrenLeavesTheItemsAndTheNextCallContinues() {
    notes.put("1", Queries.items(11, 11));
    failures.add(new ApiException(Failure.of(Kind.UNAVAILABLE, "notes", 503, "down")));
    ReadPass pass = pass(withNotes(), Queries.page(true, Queries.items(1, 2)));

    assertThatThrownBy(pass::next).isInstanceOf(ApiException.class).hasMessageContaining("down");

    // There is but one page: a pass that had lost its items would ask for another.
    Batch batch = pass.next();
    assertThat(told(batch)).containsExactly("1 @0", "{id=11, parentId=1} @1", "2 @2");
    assertThat(batch.last()).isTrue();
  }

  @Test
  void whereItemsHaveChildrenABatchHasTwentyOfThemAtMost() {
    ReadPass pass = pass(withNotes(), Queries.page(true, Queries.items(1, 50)));

    Batch first = pass.next();
    Batch second = pass.next();
    Batch third = pass.next();

    assertThat(List.of(first, second, third))
        .extracting(batch -> batch.records().size())
        .containsExactly(20, 20, 10);
    assertThat(List.of(first, second, third))
        .extracting(Batch::last)
        .containsExactly(false, false, true);
    assertThat(told(third)).startsWith("41 @41").endsWith("50 @50");
  }

  @Test
  void withoutChildrenAPageIsOneBatch() {
    ReadPass pass = pass(withoutChildren(), Queries.page(true, Queries.items(1, 120)));

    assertThat(pass.next().records()).hasSize(120);
  }

  /** Until then they wait as text, of which a collector has less to copy. */
  @Test
  void typedItemsBecomeStructsInBatchesJustBeforeTheyAreSent() {
    Query tickets = Queries.of("operation.id", "getServiceTickets", "schema.mode", "typed").get("");
    List<Integer> made = new ArrayList<>();
    Decoders.Finish structs =
        Decoders.structs(Queries.CATALOG, tickets.operation(), tickets.values().typed());
    RecordMapper mapper =
        new RecordMapper(
            tickets,
            Map.of(),
            false,
            new Decoders.Finish(
                items -> {
                  made.add(items.size());
                  return structs.whole().apply(items);
                },
                structs.most()));
    ReadPass pass =
        pass(
            new ChildQueries(mapper, List.of(), HandExecutor.alwaysAtOnce()),
            Queries.page(
                true,
                LongStream.rangeClosed(1, 600)
                    .mapToObj(id -> text(id, "{\"id\":%d}".formatted(id)))
                    .toArray(Item[]::new)));

    List<Boolean> midPage = new ArrayList<>();
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      batches.add(pass.next());
      midPage.add(pass.midPage());
    }

    assertThat(midPage).containsExactly(true, true, false);
    assertThat(made).containsExactly(250, 250, 100);
    assertThat(batches).extracting(batch -> batch.records().size()).containsExactly(250, 250, 100);
    assertThat(batches).extracting(Batch::last).containsExactly(false, false, true);
    assertThat(batches.stream().flatMap(batch -> batch.records().stream()))
        .extracting(record -> ((Struct) record.value()).getInt32("id").longValue())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 600).boxed().toList());
  }

  @Test
  void whatCannotBecomeAStructIsToldAgainAndNothingBehindItIsSent() {
    Query tickets =
        Queries.of(
                "operation.id", "getServiceTickets",
                "schema.mode", "typed",
                "unknown.fields", "fail")
            .get("");
    RecordMapper mapper =
        new RecordMapper(
            tickets,
            Map.of(),
            false,
            Decoders.structs(Queries.CATALOG, tickets.operation(), tickets.values().typed()));
    ReadPass pass =
        pass(
            new ChildQueries(mapper, List.of(), HandExecutor.alwaysAtOnce()),
            Queries.page(false, text(1, "{\"id\":1,\"surprise\":\"secret\"}")),
            Queries.page(true, text(2, "{\"id\":2}")));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(pass::next)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(
              "Query getServiceTickets: getServiceTickets returned item 1 with a field ")
          .hasMessageContaining("surprise. Set unknown.fields to ")
          .hasMessageNotContaining("secret");
    }
  }

  /** A batch whose children fail at first is still one batch, also those that came. */
  @Test
  void whatIsSentIsToldOnce() {
    notes.put("2", Queries.items(21, 23));
    failures.add(new ApiException(Failure.of(Kind.UNAVAILABLE, "notes", 503, "down")));
    List<Long> told = new ArrayList<>();
    ReadPass pass =
        new ReadPass(
            Queries.pages(Queries.page(true, Queries.items(1, 2))),
            new ReadPass.Choice() {
              @Override
              public List<Accepted> of(Page page) {
                return accepted(page, false);
              }

              @Override
              public void sent(List<Accepted> items) {
                items.forEach(each -> told.add(each.item().id().getAsLong()));
              }
            },
            withNotes(),
            progress());

    assertThatThrownBy(pass::next).isInstanceOf(ApiException.class);
    assertThat(told).isEmpty();
    assertThat(counted).isEmpty();
    pass.next();

    assertThat(told).containsExactly(1L, 2L);
    assertThat(counted).containsEntry(Metric.ITEMS, 3L);
  }

  private static Item text(long id, String json) {
    return Queries.item(id, Map.of()).with(new JsonText(json.getBytes(UTF_8)));
  }

  @Test
  void aPageOfWhichNothingIsAcceptedIsAnEmptyBatch() {
    ReadPass pass =
        new ReadPass(
            Queries.pages(
                Queries.page(false, Queries.items(1, 2)), Queries.page(true, Queries.items(3, 3))),
            page -> page.last() ? accepted(page, false) : List.of(),
            withNotes(),
            progress());

    Batch first = pass.next();
    Batch second = pass.next();

    assertThat(first.records()).isEmpty();
    assertThat(first.last()).isFalse();
    assertThat(told(second)).containsExactly("3 @3");
    assertThat(second.last()).isTrue();
  }

  @Test
  void itemsOfARefreshAreMarkedAndTheirChildrenAreNot() {
    notes.put("1", Queries.items(11, 11));
    ReadPass pass =
        new ReadPass(
            Queries.pages(Queries.page(true, Queries.items(1, 1))),
            page -> accepted(page, true),
            withNotes(),
            progress());

    List<SourceRecord> records = pass.next().records();

    assertThat(records)
        .extracting(each -> each.headers().lastWithName(RecordMapper.REFRESH_HEADER) != null)
        .containsExactly(true, false);
  }

  /** Also while its children cannot be read, or on the last page. */
  @Test
  void whatAnotherPassHasOvertakenIsNotSentWhereverItWaits() {
    failures.add(new ApiException(Failure.of(Kind.UNAVAILABLE, "notes", 503, "down")));
    ReadPass pass =
        pass(
            withNotes(),
            Queries.page(false, Queries.items(1, 3)),
            Queries.page(true, Queries.items(4, 5)));
    assertThatThrownBy(pass::next).isInstanceOf(ApiException.class);

    pass.overtaken(List.of(2L, 4L));

    assertThat(told(pass.next())).containsExactly("1 @1", "3 @3");
    assertThat(told(pass.next())).containsExactly("5 @5");
  }

  @Test
  void aPassWhoseLastItemsWereOvertakenEndsAllTheSame() {
    failures.add(new ApiException(Failure.of(Kind.UNAVAILABLE, "notes", 503, "down")));
    ReadPass pass = pass(withNotes(), Queries.page(true, Queries.items(1, 2)));
    assertThatThrownBy(pass::next).isInstanceOf(ApiException.class);

    pass.overtaken(List.of(1L, 2L));

    assertThat(pass.next()).isEqualTo(new Batch(List.of(), true));
  }

  private ReadPass pass(ChildQueries children, Page... pages) {
    return new ReadPass(Queries.pages(pages), page -> accepted(page, false), children, progress());
  }

  private ChildQueries withoutChildren() {
    return new ChildQueries(
        Queries.mapper(queries.get("tickets")), List.of(), HandExecutor.alwaysAtOnce());
  }

  private ChildQueries withNotes() {
    Function<String, Supplier<Page>> read =
        ticket ->
            () -> {
              if (!failures.isEmpty()) {
                throw failures.remove();
              }
              return Queries.page(true, notes.getOrDefault(ticket, new Item[0]));
            };
    Query query = queries.get("notes");
    return new ChildQueries(
        Queries.mapper(queries.get("tickets")),
        List.of(
            new ChildQueries.Child(
                query,
                new ChildOptions(query.options()),
                Queries.mapper(query),
                options -> read.apply(options.path().get("parentId")),
                (metric, more) -> counted.merge(metric, more, Long::sum),
                List.of())),
        HandExecutor.alwaysAtOnce());
  }

  /** Everything, each with an offset that is its id. */
  private static List<Accepted> accepted(Page page, boolean refreshed) {
    return page.items().stream()
        .map(
            item ->
                new Accepted(
                    item,
                    refreshed ? Optional.empty() : Optional.of(offset(item.id().getAsLong())),
                    refreshed ? Optional.of(item.id().getAsLong()) : Optional.empty()))
        .toList();
  }

  private static PassProgress progress() {
    return new PassProgress(Optional.empty(), offset(0), Optional.empty());
  }

  private static Supplier<SourceOffset> offset(long id) {
    return () -> SourceOffset.at(Window.EVERYTHING, id, true);
  }

  private static List<String> told(Batch batch) {
    return batch.records().stream()
        .map(each -> key(each.key()) + " @" + each.sourceOffset().get("id"))
        .toList();
  }

  private static String key(Object key) {
    return key instanceof Map<?, ?> ids
        ? "{id=" + ids.get("id") + ", parentId=" + ids.get("parentId") + "}"
        : key.toString();
  }
}
