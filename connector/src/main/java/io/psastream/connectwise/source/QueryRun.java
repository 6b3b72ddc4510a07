package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.PageReader;
import io.psastream.connectwise.client.PageReader.Page;
import io.psastream.connectwise.client.PageReader.Paging;
import io.psastream.connectwise.config.Query;
import io.psastream.connectwise.config.Query.Mode;
import io.psastream.connectwise.config.Query.Reading;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * One query and where it stands: it opens a window, reads it page by page, and turns the pages into
 * records. A page is fetched on a reader's thread and taken on the task's, one after the other;
 * nothing here waits but the calls themselves.
 */
final class QueryRun {

  private final Query query;
  private final ConnectWiseClient client;
  private final ItemDecoder<Item> decoder;
  private final RecordMapper mapper;

  private Optional<WindowScan> scan;
  private Optional<Supplier<Page>> pages = Optional.empty();
  private boolean resumed;

  /**
   * @param stored where the query stood when its last record was committed
   */
  QueryRun(
      Query query,
      ConnectWiseClient client,
      ItemDecoder<Item> decoder,
      RecordMapper mapper,
      Optional<SourceOffset> stored) {
    this.query = query;
    this.client = client;
    this.decoder = decoder;
    this.mapper = mapper;
    this.scan =
        stored
            .flatMap(offset -> fitting(offset, query.reading()))
            .map(offset -> WindowScan.resume(offset, query.reading()));
    this.resumed = scan.isPresent();
  }

  /** What of a stored offset still holds after the way of reading was changed. */
  private static Optional<SourceOffset> fitting(SourceOffset offset, Reading reading) {
    boolean windows = reading.mode() == Mode.INCREMENTAL;
    if (windows == offset.window().equals(Window.EVERYTHING)) {
      return Optional.empty();
    }
    boolean samePosition = offset.byId() == WindowScan.byId(reading);
    return Optional.of(
        samePosition
            ? offset
            : new SourceOffset(offset.window(), 0, !offset.byId(), offset.sent()));
  }

  Query query() {
    return query;
  }

  /**
   * Fetches the next page of the run, opening a window when none is. Blocks for as long as the
   * client tries; runs on a reader's thread.
   *
   * @throws io.psastream.connectwise.client.ApiException when it failed; calling again goes on
   *     there
   */
  Page fetch() {
    if (pages.isEmpty()) {
      WindowScan opened = resumed ? scan.orElseThrow() : nextScan();
      scan = Optional.of(opened);
      pages = Optional.of(pagesOf(opened));
    }
    return pages.get().get();
  }

  private WindowScan nextScan() {
    Instant end = windowEnd();
    return scan.map(last -> last.next(later(end, last.window().to())))
        .orElseGet(() -> WindowScan.first(end, query.reading()));
  }

  /** A server's clock that was set back must not make windows overlap. */
  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /** The server's time less the safety lag, in whole seconds; frozen before the first page. */
  private Instant windowEnd() {
    if (query.reading().mode() == Mode.SNAPSHOT) {
      return Window.EVERYTHING.to();
    }
    if (client.serverTime().isEmpty()) {
      // Any answer tells the server's time; this one also tells whether the query is permitted.
      client.send(call(Map.of("pageSize", "1")), decoder);
    }
    return client
        .serverTime()
        .orElseGet(Instant::now)
        .minus(query.reading().safetyLag())
        .truncatedTo(ChronoUnit.SECONDS);
  }

  private Supplier<Page> pagesOf(WindowScan opened) {
    if (query.operation().answer() != AnswerKind.LIST) {
      return this::only;
    }
    Paging paging = new Paging(query.reading().strategy(), query.reading().pageSize(), decoder);
    return new PageReader(client, call(Map.of()), opened.condition(), paging, opened.position())
        ::next;
  }

  /** The answer of an operation that is no list: one page, one item at most. */
  private Page only() {
    Answer<Item> answer = client.send(call(Map.of()), decoder);
    return new Page(answer.items(), 0, true);
  }

  private Call call(Map<String, String> more) {
    Map<String, String> parameters = new LinkedHashMap<>(query.options().query());
    parameters.putAll(more);
    return Call.of(query.operation(), query.options().path(), parameters);
  }

  /** The records of a fetched page; runs on the task's thread. */
  List<SourceRecord> records(Page page) {
    return scan.orElseThrow().accept(page.items(), page.position()).stream()
        .map(accepted -> mapper.record(accepted.item(), accepted.offset()))
        .toList();
  }

  /**
   * Ends the run after its last page; the next fetch opens a new window.
   *
   * @return whether that is wanted at once, because this run only finished what a stop had
   *     interrupted
   */
  boolean finish() {
    pages = Optional.empty();
    boolean again = resumed && query.reading().mode() == Mode.INCREMENTAL;
    resumed = false;
    return again;
  }
}
