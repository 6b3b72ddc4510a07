package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.TestLogging;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.source.ChildQueries.Child;
import io.psastream.connectwise.source.ChildQueries.Descendant;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.ChildOptions;
import io.psastream.connectwise.source.config.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What child queries ask for, and in which order their items come. */
class ChildQueriesTest {

  private static final Item TICKET = Queries.item(7, Map.of("id", 7L, "summary", "printer"));

  private final List<Options> asked = new ArrayList<>();
  private final Map<Metric, Long> counted = new EnumMap<>(Metric.class);

  @Test
  void fieldsOfTheParentAreFilledIntoPathAndQuery() {
    Query notes =
        notes(
            "{\"parentId\": \"${parent.id}\", \"conditions\": \"text='${parent.company/name}'\"}");
    Item ticket = Queries.item(7, Map.of("id", 7L, "company", Map.of("name", "Price $1 & Sons")));

    children(child(notes, options -> Queries.pages(Queries.page(true)))).descendants(of(ticket));

    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).path()).isEqualTo(Map.of("parentId", "7"));
    assertThat(asked.get(0).query()).containsEntry("conditions", "text='Price $1 & Sons'");
  }

  @Test
  void whatAParentIsCalledCannotChangeTheConditionsOfItsChildren() {
    Query notes =
        notes("{\"parentId\": \"${parent.id}\", \"conditions\": \"text='${parent.name}'\"}");

    children(child(notes, options -> Queries.pages(Queries.page(true, Queries.item(1)))))
        .descendants(
            of(
                Queries.item(7, Map.of("name", "x' OR id>0 OR text='")),
                Queries.item(8, Map.of("name", "both ' and \""))));

    assertThat(asked)
        .extracting(options -> options.query().get("conditions"))
        .containsExactly("text=\"x' OR id>0 OR text='\"");
    assertThat(counted).containsEntry(Metric.CHILDREN_SKIPPED, 1L);
  }

  @Test
  void aFieldThatIsEmptyInAnItemMeansThatItHasNoSuchChild() {
    Query contact = notes("{\"parentId\": \"${parent.contact/id}\"}");
    Map<String, Object> none = new HashMap<>();
    none.put("contact", null);

    List<List<Descendant>> found =
        children(child(contact, options -> Queries.pages(Queries.page(true, Queries.item(1)))))
            .descendants(
                of(
                    TICKET,
                    Queries.item(8, Map.of("contact", Map.of("id", 5L))),
                    Queries.item(9, none),
                    Queries.item(10, Map.of("contact", Map.of("id", " ")))));

    assertThat(found).extracting(ChildQueriesTest::ids).containsExactly("", "1", "", "");
    assertThat(asked).extracting(Options::path).containsExactly(Map.of("parentId", "5"));
    assertThat(counted).doesNotContainKey(Metric.CHILDREN_SKIPPED);
  }

  @ParameterizedTest
  @EnumSource(names = {"FORBIDDEN", "REJECTED", "TOO_LARGE", "MISROUTED", "UNKNOWN"})
  void aChildThatCannotBeReadIsCountedAndTheOthersAreRead(Kind kind) {
    List<List<Descendant>> found =
        children(child(notes(), failingFor("8", kind)))
            .descendants(of(Queries.item(7), Queries.item(8), Queries.item(9)));

    assertThat(found).extracting(ChildQueriesTest::ids).containsExactly("1", "", "1");
    assertThat(counted).containsEntry(Metric.CHILDREN_SKIPPED, 1L);
  }

  @Test
  void aParentThatIsGoneHasNoChildrenWhateverIsConfigured() {
    List<List<Descendant>> found =
        children(child(strictNotes(), failingFor("8", Kind.NOT_FOUND)))
            .descendants(of(Queries.item(7), Queries.item(8)));

    assertThat(found).extracting(ChildQueriesTest::ids).containsExactly("1", "");
    assertThat(counted).doesNotContainKey(Metric.CHILDREN_SKIPPED);
  }

  @Test
  void aChildThatCannotBeReadStopsTheTaskWhereThatIsWanted() {
    ChildQueries children = children(child(strictNotes(), failingFor("8", Kind.FORBIDDEN)));

    assertThatThrownBy(() -> children.descendants(of(Queries.item(7), Queries.item(8))))
        .isInstanceOf(ConnectException.class)
        .hasMessage(
            "Query notes cannot read the children of item 8: notes → 400 \"no\". Set its"
                + " on.child.error to skip to leave such children out. The task stops.");
  }

  @Test
  void aFailureWithoutAReasonThatAllChildrenShareIsThatOfTheSite() {
    ChildQueries children = children(child(notes(), options -> failing(Kind.UNKNOWN)));

    assertThatThrownBy(() -> children.descendants(of(Queries.item(7), Queries.item(8))))
        .isInstanceOf(ApiException.class);
    assertThat(counted).doesNotContainKey(Metric.CHILDREN_SKIPPED);

    assertThat(children.descendants(of(Queries.item(9)))).containsExactly(List.of());
    assertThat(counted).containsEntry(Metric.CHILDREN_SKIPPED, 1L);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"NOT_FOUND", "FORBIDDEN", "REJECTED", "TOO_LARGE", "UNKNOWN"},
      mode = Mode.EXCLUDE)
  void whatWouldFailForAllOrPassesIsAFailureOfTheBatch(Kind kind) {
    ChildQueries children = children(child(notes(), options -> failing(kind)));

    assertThatThrownBy(() -> children.descendants(of(TICKET)))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.failure().kind()).isEqualTo(kind));
  }

  @Test
  void descendantsFollowTheirParentLevelByLevelInTheOrderOfTheQueries() {
    Child documents =
        child(
            query(
                "documents",
                "getSystemDocuments",
                "{\"recordType\": \"x\", \"recordId\": \"${parent.id}\"}"),
            options -> Queries.pages(Queries.page(true, Queries.item(100), Queries.item(101))));
    Query detail =
        query(
            "detail",
            "getServiceTicketsByParentIdNotesById",
            "{\"parentId\": \"${parent.ticketId}\", \"id\": \"${parent.id}\"}");
    Function<Options, Supplier<Page>> details =
        options ->
            Queries.pages(
                Queries.page(true, Queries.item(10 * Long.parseLong(options.path().get("id")))));
    Child notes =
        child(
            notes(),
            options ->
                Queries.pages(
                    Queries.page(
                        true,
                        Queries.item(1, Map.of("id", 1L, "ticketId", 7L)),
                        Queries.item(2, Map.of("id", 2L, "ticketId", 7L)))),
            child(detail, details));

    List<Descendant> found = children(notes, documents).descendants(of(TICKET)).get(0);

    assertThat(ids(found)).isEqualTo("1 10 2 20 100 101");
    assertThat(found)
        .extracting(each -> each.parent().id().getAsLong())
        .containsExactly(7L, 1L, 7L, 2L, 7L, 7L);
    assertThat(asked)
        .extracting(Options::path)
        .contains(Map.of("parentId", "7", "id", "1"), Map.of("parentId", "7", "id", "2"));
  }

  @Test
  void eachParentHasTheDescendantsOfItsOwn() {
    ChildQueries children =
        children(
            child(
                notes(),
                options ->
                    Queries.pages(
                        Queries.page(
                            true,
                            Queries.item(Long.parseLong(options.path().get("parentId")) * 10)))));

    List<List<Descendant>> found =
        children.descendants(of(Queries.item(3), Queries.item(1), Queries.item(2)));

    assertThat(found).extracting(ChildQueriesTest::ids).containsExactly("30", "10", "20");
  }

  @Test
  void aPageThatMayBeFullIsFollowedByAnotherRequestAndASmallOneIsNot() {
    Supplier<Page> pages =
        Queries.pages(
            Queries.page(false, Queries.items(1, 25)), Queries.page(false, Queries.items(26, 49)));

    List<Descendant> found =
        children(child(notes(), options -> pages)).descendants(of(TICKET)).get(0);

    assertThat(found).hasSize(49);
  }

  @Test
  void whatIsLeftOutForOneReasonIsOneLineAMinute() throws Exception {
    long[] now = {0};
    ChildFailures failures = new ChildFailures(() -> now[0]);
    Child notes = child(notes(), options -> () -> Queries.page(true));
    ApiException forbidden =
        new ApiException(Failure.of(Kind.FORBIDDEN, "getNotes", 403, "no permission"));

    List<String> log =
        TestLogging.of(
            () -> {
              for (int second = 0; second <= 60; second++) {
                now[0] = TimeUnit.SECONDS.toNanos(second);
                failures.asked(notes);
                failures.failed(notes, Queries.item(100 + second), forbidden);
                failures.endBatch();
              }
              now[0] = TimeUnit.SECONDS.toNanos(500);
              failures.endBatch();
            });

    assertThat(log).hasSize(2);
    assertThat(log.get(0)).contains("leaves out the children of item 100: ", "no permission");
    assertThat(log.get(1)).contains("of item 101, item 102, ", ", item 150 and 10 more: ");
    assertThat(counted).containsEntry(Metric.CHILDREN_SKIPPED, 61L);
  }

  @Test
  void withoutChildQueriesNothingIsRead() {
    HandExecutor readers = new HandExecutor();
    ChildQueries none = new ChildQueries(Queries.mapper(notes()), List.of(), readers);

    assertThat(none.descendants(of(TICKET))).containsExactly(List.of());
    assertThat(readers.waiting()).isZero();
  }

  private ChildQueries children(Child... children) {
    return new ChildQueries(
        Queries.mapper(Queries.of("operation.id", "getServiceTickets").get("")),
        List.of(children),
        HandExecutor.alwaysAtOnce());
  }

  private Child child(Query query, Function<Options, Supplier<Page>> pages, Child... below) {
    return new Child(
        query,
        new ChildOptions(query.options()),
        Queries.mapper(query),
        options -> {
          asked.add(options);
          return pages.apply(options);
        },
        (metric, more) -> counted.merge(metric, more, Long::sum),
        List.of(below));
  }

  private static Query notes() {
    return notes("{\"parentId\": \"${parent.id}\"}");
  }

  private static Query notes(String options) {
    return query("notes", "getServiceTicketsByParentIdNotes", options);
  }

  /** The notes of tickets, which stop the task when they cannot be read. */
  private static Query strictNotes() {
    return query(
        "notes",
        "getServiceTicketsByParentIdNotes",
        "{\"parentId\": \"${parent.id}\"}",
        "query.notes.on.child.error",
        "fail");
  }

  private static Query query(String alias, String operation, String options) {
    return query(alias, operation, options, "query." + alias + ".topic", alias);
  }

  private static Query query(
      String alias, String operation, String options, String key, String value) {
    return Queries.of(
            "queries",
            "tickets," + alias,
            "query.tickets.operation.id",
            "getServiceTickets",
            "query." + alias + ".operation.id",
            operation,
            "query." + alias + ".parent",
            "tickets",
            "query." + alias + ".options",
            options,
            key,
            value)
        .get(alias);
  }

  /** One child for each parent, but for one whose children cannot be read. */
  private static Function<Options, Supplier<Page>> failingFor(String parent, Kind kind) {
    return options ->
        options.path().get("parentId").equals(parent)
            ? failing(kind)
            : Queries.pages(Queries.page(true, Queries.item(1)));
  }

  private static Supplier<Page> failing(Kind kind) {
    return () -> {
      throw new ApiException(Failure.of(kind, "notes", 400, "no"));
    };
  }

  private static List<Accepted> of(Item... items) {
    return Arrays.stream(items)
        .map(item -> new Accepted(item, Optional.empty(), Optional.empty()))
        .toList();
  }

  private static String ids(List<Descendant> descendants) {
    return String.join(
        " ",
        descendants.stream().map(each -> Long.toString(each.item().id().getAsLong())).toList());
  }
}
