package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.config.Validators;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys of one route. */
public final class RouteKeys {

  static final String TOPICS = "topics";
  static final String TOPICS_REGEX = "topics.regex";
  static final String MUTATE = "mutate.operation.id";
  static final String DELETE = "delete.operation.id";
  static final String ITEMS = "items";
  static final String OPERATION_HEADER = "operation.header";
  static final String OPERATION_ALLOWED = "operation.allowed";
  static final String LANE = "lane.key";
  static final String ENVELOPE = "envelope";
  static final String PLACEHOLDER = "unavailable.value.placeholder";
  static final String ON_NULL = "behavior.on.null.values";
  static final String ON_NOT_FOUND = "behavior.on.not.found";
  static final String ON_AMBIGUOUS = "behavior.on.ambiguous.create";
  static final String RETRY_TIMEOUT = "record.retry.timeout.ms";

  /** Which records take a route. Without a prefix these two are Connect's own keys. */
  public static final List<Key> SELECTION =
      List.of(
          Key.of(
                  TOPICS,
                  Type.LIST,
                  "",
                  "The topics whose records take this route, by the names that they have after the"
                      + " connector's transforms, such as RegexRouter. Needed as soon as there are two routes,"
                      + " here or as topics.regex; a single route takes every topic of the"
                      + " connector. Example: psa.ticket.commands.")
              .display("Topics of the route")
              .importance(Importance.HIGH),
          Key.of(
                  TOPICS_REGEX,
                  Type.STRING,
                  null,
                  "A regular expression that the whole name of a topic matches if its records take"
                      + " this route, in addition to those of the route's topics. Example:"
                      + " psa\\.tickets\\..*.")
              .display("Topic pattern of the route")
              .validator(Validators.REGEX));

  /** What a route does; a key that a route lacks falls back to the key without prefix. */
  static final List<Key> SHARED =
      List.of(
          Key.of(
                  MUTATE,
                  Type.STRING,
                  null,
                  "The operation that is called for records with a value, by its OperationId (case"
                      + " does not matter), or as text for one that is newer than this connector."
                      + " Prefer PATCH to PUT: a PUT resets every field that the record does not"
                      + " have. Examples: patchServiceTicketsById; POST /service/tickets.")
              .display("Operation for values")
              .importance(Importance.HIGH),
          Key.of(
                  DELETE,
                  Type.STRING,
                  null,
                  "The operation that is called for records without a value (tombstones). Unset"
                      + " deletes nothing. Example: deleteServiceTicketsById.")
              .display("Operation for tombstones")
              .importance(Importance.HIGH),
          Key.of(
                  Options.KEY,
                  Type.STRING,
                  "{}",
                  "Path and query parameters of the operations, as a JSON object; each operation is"
                      + " given those it takes. Values may refer to the record with ${key},"
                      + " ${key.field}, ${value.field}, ${item.field}, ${header.name}, ${topic},"
                      + " ${partition}, ${offset} and ${timestamp}; fields may be nested with dots,"
                      + " and a name that has a dot is put into single quotes: ${value.'a.b'}."
                      + " What identifies the item is left out of the body. Example: {\"id\":"
                      + " \"${key}\"}.")
              .display("Options")
              .importance(Importance.HIGH)
              .width(Width.LONG),
          Key.of(
                  ITEMS,
                  Type.STRING,
                  "${value}",
                  "What is sent: the value of the record, or a part of it. An array gives one call"
                      + " for each of its elements, in order, except where the operation takes an"
                      + " array or it holds patch operations. Example: ${value.tickets}.")
              .display("Items"),
          Key.of(
                  OPERATION_HEADER,
                  Type.STRING,
                  null,
                  "The header of a record that names the operation to call for it, where records"
                      + " know best: one of operation.allowed, instead of mutate.operation.id and"
                      + " delete.operation.id, which stay for records without the header. Example:"
                      + " connectwise.operation.")
              .display("Operation header"),
          Key.of(
                  OPERATION_ALLOWED,
                  Type.LIST,
                  "",
                  "The operations that operation.header may name, by their OperationIds. A record"
                      + " that names another one is rejected. Example: postServiceTickets,"
                      + " patchServiceTicketsById.")
              .display("Allowed operations")
              .width(Width.LONG),
          Key.of(
                  LANE,
                  Type.STRING,
                  "record",
                  "What keeps records in order: those that give the same go one after the other, all"
                      + " others side by side. record: the key of the record and its topic; records"
                      + " without a key keep the order of their partition, one at a time. An"
                      + " expression: what it gives, over all topics of the route; a record that has"
                      + " nothing there goes by its key. none: no order, for records that have"
                      + " nothing to do with each other; not with a look-up that creates. Example:"
                      + " ${value.ticketId}, for producers that write no keys.")
              .display("Lane key"),
          Key.of(
                  ENVELOPE,
                  Type.STRING,
                  "none",
                  "How the value is wrapped. none: it is not. debezium: it is a change event of"
                      + " Debezium, whose \"after\" is the value; the delete event (op d) is a record"
                      + " without a value, for which ${value} in the options means \"before\", and"
                      + " the tombstone that follows it is skipped.")
              .display("Envelope")
              .oneOf(List.of("none", "debezium")),
          Key.of(
                  PLACEHOLDER,
                  Type.STRING,
                  Placeholder.USUAL,
                  "What stands in a record for a value that its source does not know, as the setting"
                      + " of the same name of Debezium says it; hex: and hexadecimal digits for"
                      + " bytes. Such a field is never written: it is left out, an array with it as"
                      + " a whole, as ConnectWise replaces whole arrays. Example:"
                      + " __my_unavailable_value.")
              .display("Placeholder of unavailable values")
              .importance(Importance.LOW),
          Key.of(
                  ON_NULL,
                  Type.STRING,
                  null,
                  "What to do with a record without a value (a tombstone, or with envelope=debezium"
                      + " a delete event). A value of 0 bytes is one, too: the JsonConverter and"
                      + " others make null of it. delete: call delete.operation.id. mutate: call"
                      + " mutate.operation.id, which must be one that takes no body; a tombstone"
                      + " then calls it, too. ignore: skip it. fail: reject it. Unset means delete"
                      + " where delete.operation.id is set, else fail. An operation that"
                      + " operation.header names is called whatever is set here. Examples: ignore,"
                      + " for compacted topics whose tombstones mean nothing; fail, to delete only"
                      + " what a header says.")
              .display("On null values")
              .oneOf(List.of("delete", "mutate", "ignore", "fail")),
          Key.of(
                  ON_NOT_FOUND,
                  Type.STRING,
                  "fail",
                  "What to do when the item that a PUT or PATCH is to change does not exist. fail:"
                      + " reject the record. ignore: skip it, for topics that go on after an item is"
                      + " gone. create: create it with create.operation.id; its id is then"
                      + " ConnectWise's, so use it with a key of your own and a look-up. A DELETE of"
                      + " what does not exist is a success either way.")
              .display("On not found")
              .oneOf(List.of("fail", "ignore", "create")),
          Key.of(
                  ON_AMBIGUOUS,
                  Type.STRING,
                  null,
                  "What to do when the answer to a create was lost, so that it may have been applied"
                      + " or not. lookup: look it up, wait, look again, and create it only when it is"
                      + " not there; needs lookup.operation.id. report: reject the record, for"
                      + " someone to look. retry: send it again, where a duplicate does no harm."
                      + " Unset means lookup where lookup.operation.id is set, else report. Without a"
                      + " look-up, a worker that is killed between a create and the commit of its"
                      + " offset creates it twice, whatever is set here. Example: lookup.")
              .display("On ambiguous creates")
              .oneOf(List.of("lookup", "report", "retry")),
          Key.of(
                  RETRY_TIMEOUT,
                  Type.LONG,
                  600_000L,
                  "How long a record is tried that alone fails, as with a firewall or gateway that"
                      + " refuses its content, while the same operation succeeds for other records."
                      + " Then it is rejected. An outage, in which nothing succeeds, does not count:"
                      + " it is waited for. Example: 60000.")
              .display("Retry timeout of a record, ms")
              .validator(Range.between(1_000, 86_400_000))
              .importance(Importance.LOW));

  static final List<Key> ALL =
      Stream.of(SELECTION, SHARED, WritingKeys.ALL, LookupKeys.ALL).flatMap(List::stream).toList();

  /** Keys that without prefix are Connect's own, so that no route falls back to them. */
  static final Set<String> CONNECTS_OWN = Set.of(TOPICS, TOPICS_REGEX);

  private RouteKeys() {}
}
