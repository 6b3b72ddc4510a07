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
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.source.config.Query;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests of one query: its pages, the ids of all items, and the server's time. */
final class QueryReader {

  private static final Logger LOG = LoggerFactory.getLogger(QueryReader.class);

  /** The options that filter a list; left out where all items are asked for. */
  private static final List<String> FILTERS =
      List.of("conditions", "childConditions", "customFieldConditions");

  /** Always with seconds, which LocalDateTime leaves out where they are 0. */
  private static final DateTimeFormatter NAIVE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** How often a site must fail to find an item by its time until it is believed. */
  private static final int LOOKS = 3;

  private final Query query;
  private final Options options;
  private final QueryContext context;

  /**
   * What the requests of a query need besides its options.
   *
   * @param decoder turns answers into items
   * @param naiveTimes whether conditions have times without a zone (P21a)
   * @param count how its items are counted; empty where the API cannot
   */
  record QueryContext(
      ConnectWiseClient client,
      ItemDecoder<Item> decoder,
      boolean naiveTimes,
      Optional<Counting> count) {
    QueryContext(ConnectWiseClient client, ItemDecoder<Item> decoder, boolean naiveTimes) {
      this(client, decoder, naiveTimes, Optional.empty());
    }
  }

  /**
   * How items are counted.
   *
   * @param decoder turns the answer into a map
   */
  record Counting(Operation operation, ItemDecoder<Item> decoder) {}

  QueryReader(Query query, Options options, QueryContext context) {
    this.query = query;
    this.options = options;
    this.context = context;
  }

  Query query() {
    return query;
  }

  /**
   * Reads one item, which gives the server's time and shows whether the query is permitted, and
   * checks that the site finds the item by its own {@code lastUpdated} (P21a).
   *
   * @return the refusal, where the list cannot be filtered by {@code lastUpdated}, which holds for
   *     some that have it (docs/connectwise-api.md section 4)
   */
  Optional<ApiException> checkAccessAndTimes() {
    Map<String, String> parameters = new LinkedHashMap<>(options.query());
    parameters.remove("fields");
    List<Item> any;
    try {
      any =
          context
              .client()
              .send(call(parameters, Map.of("pageSize", "1")), context.decoder())
              .items();
    } catch (ApiException e) {
      if (e.failure().kind() == Kind.TOO_LARGE) {
        return Optional.empty(); // permitted, and as good as any other item
      }
      throw e;
    }
    for (Item item : any) {
      if (item.id().isPresent() && item.lastUpdated().isPresent()) {
        try {
          checkTimes(item.id().getAsLong(), item.lastUpdated().get());
        } catch (ApiException e) {
          if (e.failure().kind() == Kind.REJECTED) {
            return Optional.of(e);
          }
          throw e;
        }
      }
    }
    return Optional.empty();
  }

  private void checkTimes(long id, Instant lastUpdated) {
    if (!findsByTime(id, lastUpdated)) {
      throw new ConnectException(
          "Query "
              + query.name()
              + " cannot find changes: the site does not find an item by its own lastUpdated, so it"
              + " misreads the times in conditions. Set connectwise.datetime.format to "
              + (context.naiveTimes() ? "zoned" : "naive")
              + ". The task stops.");
    }
  }

  /**
   * Whether an item is found by its own timestamp; one that was deleted meanwhile counts as found.
   * Asked more than once before it is denied, since one answer in bad weather proves nothing.
   */
  private boolean findsByTime(long id, Instant lastUpdated) {
    for (int look = 0; look < LOOKS; look++) {
      if (finds("id = " + id + " AND lastUpdated >= " + literal(lastUpdated))
          || !finds("id = " + id)) {
        return true;
      }
    }
    return false;
  }

  private boolean finds(String conditions) {
    Map<String, String> parameters = new LinkedHashMap<>(options.query());
    FILTERS.forEach(parameters::remove);
    Call call = call(parameters, Map.of("conditions", conditions, "pageSize", "1"));
    return !context.client().send(call, context.decoder()).items().isEmpty();
  }

  /**
   * The server's time less the safety lag, in whole seconds. Call {@link #checkAccessAndTimes}
   * first.
   */
  Instant windowEnd() {
    return context
        .client()
        .serverTime()
        .orElseGet(Instant::now)
        .minus(query.reading().safetyLag())
        .truncatedTo(ChronoUnit.SECONDS);
  }

  /** The pages of the items that were updated after a time, starting after a position. */
  Supplier<Page> pages(Optional<Instant> after, long position) {
    if (!query.operation().answer().paged()) {
      return this::singlePage;
    }
    return new PageReader(
            context.client(),
            call(options.query(), Map.of()),
            after.map(from -> "lastUpdated > " + literal(from)),
            new Paging(query.reading().strategy(), query.reading().pageSize(), context.decoder()),
            position)
        ::next;
  }

  /**
   * The pages of a full refresh, starting after a position; opened with the first, as answers tell
   * the server's time.
   */
  Supplier<Page> refreshPages(long position) {
    return new Supplier<>() {
      private Supplier<Page> opened;

      @Override
      public Page get() {
        if (opened == null) {
          Instant end = windowEnd();
          opened = pages(query.passes().refreshLookback().map(end::minus), position);
        }
        return opened.get();
      }
    };
  }

  /**
   * How many items were updated after a time, by the API's own count; empty where it gives none,
   * since nothing depends on it.
   */
  OptionalLong total(Optional<Instant> after) {
    if (context.count().isEmpty()) {
      return OptionalLong.empty();
    }
    Counting count = context.count().get();
    Map<String, String> parameters = new LinkedHashMap<>(options.query());
    parameters.keySet().retainAll(FILTERS);
    parameters.values().removeIf(String::isBlank);
    after.ifPresent(
        from ->
            parameters.merge(
                "conditions",
                "lastUpdated > " + literal(from),
                (users, window) -> "(" + users.strip() + ") AND " + window));
    try {
      Call call = Call.of(count.operation(), options.path(), parameters);
      return context.client().send(call, count.decoder()).items().stream()
          .map(item -> item.content() instanceof Map<?, ?> fields ? fields.get("count") : null)
          .filter(Long.class::isInstance)
          .mapToLong(Long.class::cast)
          .findFirst();
    } catch (ApiException e) {
      LOG.debug("The items of query {} are not counted: {}", query.name(), e.getMessage());
      return OptionalLong.empty();
    }
  }

  /**
   * The next page of the items of the query that fulfil more conditions, after a position.
   *
   * @param most how many items it may have
   */
  Page selected(String conditions, int most, long position) {
    Paging paging =
        new Paging(
            query.reading().strategy(),
            Math.min(most, query.reading().pageSize()),
            context.decoder());
    return new PageReader(
            context.client(),
            call(options.query(), Map.of()),
            Optional.of(conditions),
            paging,
            position)
        .next();
  }

  /** The pages of the ids of all items, without the filters of the query (P25). */
  Supplier<Page> ids() {
    Map<String, String> unfiltered = new LinkedHashMap<>(options.query());
    FILTERS.forEach(unfiltered::remove);
    PagingStrategy strategy = query.reading().strategy();
    int most = 1_000;
    return new PageReader(
            context.client(),
            Call.of(idsOnly(query.operation()), options.path(), with(unfiltered, "fields", "id")),
            Optional.empty(),
            new Paging(strategy, most, context.decoder()),
            strategy.beginning())
        ::next;
  }

  /** The same list whose items have nothing but an id, so that no other field is requested. */
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
      context.client().send(Call.of(get, path, Map.of("fields", "id")), context.decoder());
      return false;
    } catch (ApiException e) {
      if (e.failure().kind() == Kind.NOT_FOUND) {
        return true;
      }
      throw e;
    }
  }

  private String literal(Instant time) {
    String text = context.naiveTimes() ? NAIVE.format(time) : time.toString();
    return "[" + text + "]";
  }

  /** The answer of an operation that returns no list: one page with at most one item. */
  private Page singlePage() {
    Answer<Item> answer = context.client().send(call(options.query(), Map.of()), context.decoder());
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
