package io.psastream.connectwise.source.config;

import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.config.Validators;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys of one query. */
final class QueryKeys {

  static final String OPERATION_ID = "operation.id";
  static final String TOPIC = "topic";
  static final String MODE = "mode";
  static final String PAGING = "paging";
  static final String PAGE_SIZE = "page.size";
  static final String OVERLAP = "overlap.ms";
  static final String SAFETY_LAG = "safety.lag.ms";
  static final String KEY_FIELDS = "key.fields";
  static final String START_AT = "start.at";
  static final String SKIP_UPDATED_BY = "skip.updated.by";
  static final String OFFSET_NAME = "offset.name";

  /** The most items of a page, and the default. */
  static final int LARGEST_PAGE = 1_000;

  private static final List<Key> READING =
      List.of(
          Key.of(
                  OPERATION_ID,
                  Type.STRING,
                  null,
                  "The operation that the query runs, by its OperationId (case does not matter), or"
                      + " as text for one that is newer than this connector. Examples:"
                      + " getServiceTickets; GET /service/tickets/{id}.")
              .decides(MODE, PAGING, PAGE_SIZE, KEY_FIELDS)
              .display("Operation id")
              .importance(Importance.HIGH),
          Key.of(
                  Options.KEY,
                  Type.STRING,
                  "{}",
                  "Path and query parameters of the operation, as a JSON object. A pageSize is taken"
                      + " as page.size; page and pageId are the connector's own business and are"
                      + " refused. Example:"
                      + " {\"conditions\": \"board/name=\\\"Help Desk\\\"\"}.")
              .display("Options")
              .importance(Importance.HIGH)
              .width(Width.LONG),
          Key.of(
                  TOPIC,
                  Type.STRING,
                  null,
                  "The topic that the items go to. Unset takes topic.name.pattern. Example:"
                      + " psa.tickets.")
              .display("Topic")
              .importance(Importance.HIGH)
              .validator(Validators.TOPIC),
          Key.of(
                  MODE,
                  Type.STRING,
                  "auto",
                  "What a run reads. incremental: what was changed since the last run, by"
                      + " lastUpdated. snapshot: everything, every time. auto: incremental for lists"
                      + " whose items have an id and _info, else snapshot.")
              .display("Mode")
              .oneOf(List.of("auto", "incremental", "snapshot")),
          Key.of(
                  PAGING,
                  Type.STRING,
                  "auto",
                  "How a list is cut into pages. keyset: by id, nothing is skipped when items"
                      + " change meanwhile. forward-only: the API's own variant of the same. page:"
                      + " by number, for lists without an id. auto: keyset where items have an id,"
                      + " else page.")
              .display("Paging")
              .importance(Importance.LOW)
              .oneOf(pagingWords()),
          Key.of(
                  PAGE_SIZE,
                  Type.INT,
                  LARGEST_PAGE,
                  "Items per request, 1,000 at most. Lower it when the site times out on large"
                      + " pages; the connector halves it by itself while that happens.")
              .display("Page size")
              .validator(between(1, LARGEST_PAGE)),
          Key.of(
                  OVERLAP,
                  Type.LONG,
                  60_000L,
                  "How long after its own timestamp a change may become visible, in milliseconds."
                      + " Each run reads what is new. What was read is read again after a sixteenth"
                      + " of this time (if it is a page at the most), after a quarter, and after all"
                      + " of it; what was sent already is remembered and not sent again. Raise it"
                      + " when the site commits long transactions; it then grows with each run, no"
                      + " further back than what was sent is known.")
              .display("Overlap (ms)")
              .importance(Importance.LOW)
              .validator(between(0, 86_400_000)),
          Key.of(
                  SAFETY_LAG,
                  Type.LONG,
                  1_000L,
                  "How far a run stays behind the server's clock, in milliseconds: timestamps have a"
                      + " resolution of one second, and the second that is still filling must stay"
                      + " out.")
              .display("Safety lag (ms)")
              .importance(Importance.LOW)
              .validator(between(1_000, 3_600_000)),
          Key.of(
                  KEY_FIELDS,
                  Type.LIST,
                  "",
                  "Fields of the item that make the record key, a/b for a nested one. One field"
                      + " gives its value, several give a map. Empty takes the id. Example:"
                      + " company/id, id.")
              .display("Key fields")
              .importance(Importance.LOW),
          Key.of(
                  START_AT,
                  Type.STRING,
                  "",
                  "Where the first run begins: a UTC time, or an ISO 8601 duration back from then."
                      + " Items that were last updated before are not sent. Empty for the beginning,"
                      + " PT0S for changes from now on. Examples: 2026-01-31T00:00:00Z; P30D.")
              .display("Start at")
              .validator(Validators.START),
          Key.of(
                  SKIP_UPDATED_BY,
                  Type.LIST,
                  "",
                  "Members whose changes are not sent: an item that one of them was the last to change"
                      + " is left out. Give it the member of a sink on the same table, so that the two"
                      + " do not chase each other. Example: KafkaSync.")
              .display("Skip updates by"),
          Key.of(
                  OFFSET_NAME,
                  Type.STRING,
                  "",
                  "A name for the place of the query in Connect's offsets, in place of its options:"
                      + " with it, changed options do not make the query begin anew, and what they"
                      + " select besides arrives when it changes, or with a full refresh. A query"
                      + " that is given a name goes on where it was. No two queries of one operation"
                      + " can share one. Empty for none. Example: open-tickets.")
              .display("Offset name")
              .importance(Importance.LOW)
              .validator(Validators.NAME));

  /** All of them, in the order of the reference. */
  static final List<Key> ALL =
      Stream.of(READING, ValueFormat.KEYS, Passes.KEYS).flatMap(List::stream).toList();

  private QueryKeys() {}

  private static List<String> pagingWords() {
    return Stream.concat(Stream.of("auto"), PagingStrategy.words().stream()).toList();
  }
}
