package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.ItemTraits;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.paging.PageReader;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.source.config.Query;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Asks the site what a query wants to know: its pages, which items exist, what time it is there.
 */
final class QueryReader {

  /** What says which items a list returns; a sweep wants to know of all. */
  private static final List<String> FILTERS =
      List.of("conditions", "childConditions", "customFieldConditions");

  private final Query query;
  private final Options options;
  private final QueryContext site;

  /**
   * What the queries of a task share.
   *
   * @param naiveTimes whether the site wants times without a zone (P21a)
   */
  record QueryContext(ConnectWiseClient client, ItemDecoder<Item> decoder, boolean naiveTimes) {}

  QueryReader(Query query, Options options, QueryContext site) {
    this.query = query;
    this.options = options;
    this.site = site;
  }

  Query query() {
    return query;
  }

  /**
   * Asks for any item, which tells the server's time and whether the query is permitted, and makes
   * sure that the site compares times as it should (P21a).
   */
  void introduce() {
    Map<String, String> parameters = new LinkedHashMap<>(options.query());
    parameters.remove("fields");
    Answer<Item> any =
        site.client().send(call(parameters, Map.of("pageSize", "1")), site.decoder());
    for (Item item : any.items()) {
      if (item.id().isPresent()
          && item.lastUpdated().isPresent()
          && misses(item.id().getAsLong(), item.lastUpdated().get())) {
        throw new ConnectException(
            "Query "
                + query.name()
                + " cannot find changes: the site does not find an item by its own lastUpdated, so it"
                + " misreads times. Set connectwise.datetime.format to "
                + (site.naiveTimes() ? "zoned" : "naive")
                + ". The task stops.");
      }
    }
  }

  private boolean misses(long id, Instant lastUpdated) {
    try {
      return !finds("id = " + id + " AND lastUpdated >= " + literal(lastUpdated))
          && finds("id = " + id);
    } catch (ApiException e) {
      if (e.failure().kind() == Kind.REJECTED) {
        // Some lists have a lastUpdated that they do not filter by (api.md section 4).
        throw new ConnectException(
            "Query "
                + query.name()
                + " cannot find changes by lastUpdated: "
                + e.getMessage()
                + ". Set its mode to snapshot. The task stops.",
            e);
      }
      throw e;
    }
  }

  private boolean finds(String conditions) {
    Map<String, String> parameters = new LinkedHashMap<>(options.query());
    FILTERS.forEach(parameters::remove);
    Call call = call(parameters, Map.of("conditions", conditions, "pageSize", "1"));
    return !site.client().send(call, site.decoder()).items().isEmpty();
  }

  /** The server's time less the safety lag, in whole seconds; after {@link #introduce}. */
  Instant windowEnd() {
    return site.client()
        .serverTime()
        .orElseGet(Instant::now)
        .minus(query.reading().safetyLag())
        .truncatedTo(ChronoUnit.SECONDS);
  }

  /** The pages of what was updated after a time, from a position on. */
  Supplier<Page> pages(Optional<Instant> after, long position) {
    if (!query.operation().answer().paged()) {
      return this::only;
    }
    return new PageReader(
            site.client(),
            call(options.query(), Map.of()),
            after.map(from -> "lastUpdated > " + literal(from)),
            new Paging(query.reading().strategy(), query.reading().pageSize(), site.decoder()),
            position)
        ::next;
  }

  /** The pages of the ids of all there is, whatever the query filters by (P25). */
  Supplier<Page> ids() {
    Map<String, String> unfiltered = new LinkedHashMap<>(options.query());
    FILTERS.forEach(unfiltered::remove);
    int most = 1_000;
    return new PageReader(
            site.client(),
            Call.of(idsOnly(query.operation()), options.path(), with(unfiltered, "fields", "id")),
            Optional.empty(),
            new Paging(query.reading().strategy(), most, site.decoder()),
            0)
        ::next;
  }

  /** The same list as one that has nothing but ids, so that nothing else is asked for. */
  private static Operation idsOnly(Operation list) {
    return new Operation(
        list.id(),
        list.method(),
        list.path(),
        list.pathParameters(),
        list.queryParameters(),
        list.body(),
        list.bodyItem(),
        list.answer(),
        list.item(),
        new ItemTraits(true, false, false),
        list.siblings());
  }

  /**
   * Whether the site does not know an item any more. Only the API's own NotFound says so; every
   * other failure is none of its business (P3).
   */
  boolean isGone(Operation get, long id) {
    Map<String, String> path = new LinkedHashMap<>();
    List<String> ours = query.operation().path().parameters();
    List<String> theirs = get.path().parameters();
    for (int i = 0; i < theirs.size(); i++) {
      path.put(
          theirs.get(i), i < ours.size() ? options.path().get(ours.get(i)) : Long.toString(id));
    }
    try {
      site.client().send(Call.of(get, path, Map.of("fields", "id")), site.decoder());
      return false;
    } catch (ApiException e) {
      if (e.failure().kind() == Kind.NOT_FOUND) {
        return true;
      }
      throw e;
    }
  }

  private String literal(Instant time) {
    String text =
        site.naiveTimes()
            ? LocalDateTime.ofInstant(time, ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString()
            : time.toString();
    return "[" + text + "]";
  }

  /** The answer of an operation that is no list: one page, one item at most. */
  private Page only() {
    Answer<Item> answer = site.client().send(call(options.query(), Map.of()), site.decoder());
    return new Page(answer.items(), 0, true);
  }

  private Call call(Map<String, String> parameters, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    all.putAll(more);
    return Call.of(query.operation(), options.path(), all);
  }

  private static Map<String, String> with(
      Map<String, String> parameters, String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    all.put(name, value);
    return all;
  }
}
