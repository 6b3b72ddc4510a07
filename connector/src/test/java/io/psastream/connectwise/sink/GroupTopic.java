package io.psastream.connectwise.sink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;

/** A topic of three partitions, each with three keys, its committed offsets, and what it says. */
final class GroupTopic {

  static final List<TopicPartition> PARTITIONS =
      List.of(0, 1, 2).stream().map(it -> new TopicPartition(Fixtures.TOPIC, it)).toList();

  private static final int KEYS = 3;

  final Map<TopicPartition, Long> committed = new HashMap<>();
  final Flow flow;

  private final Random random;
  private final Map<TopicPartition, List<SinkRecord>> records = new HashMap<>();
  private final Map<String, List<Saying>> said = new LinkedHashMap<>();

  /** What records become. */
  enum Flow {
    UPDATES,
    UPSERTS,
    ARRAYS,
    CREATES,
    FOUND_OR_CREATED;

    List<String> properties(Random random) {
      List<String> all = new ArrayList<>();
      switch (this) {
        case UPDATES, FOUND_OR_CREATED ->
            add(
                all,
                "mutate.operation.id",
                "patchServiceTicketsById",
                "options",
                "{\"id\":\"${key}\"}");
        case UPSERTS, ARRAYS, CREATES -> add(all, "mutate.operation.id", "postServiceTickets");
      }
      if (looksUp()) {
        String key = this == UPSERTS ? "${key}" : "${value.externalXRef}";
        add(all, "lookup.operation.id", "getServiceTickets", "lookup.wait.ms", "2000");
        add(all, "lookup.conditions", "externalXRef=\"" + key + "\"");
      }
      if (this == FOUND_OR_CREATED) {
        add(all, "behavior.on.not.found", "create", "create.operation.id", "postServiceTickets");
      }
      if (this != CREATES) {
        add(all, "patch.format", random.nextBoolean() ? "diff" : "replace");
        add(all, "coalesce", "" + random.nextBoolean());
      }
      if (deletes()) {
        add(all, "delete.operation.id", "deleteServiceTicketsById");
      }
      return all;
    }

    private static void add(List<String> all, String... properties) {
      all.addAll(Arrays.asList(properties));
    }

    boolean deletes() {
      return this == UPDATES || this == UPSERTS;
    }

    boolean looksUp() {
      return this == UPSERTS || this == ARRAYS;
    }

    /** Whether a record that is applied twice creates twice. */
    boolean createsAgain() {
      return this == CREATES || this == FOUND_OR_CREATED;
    }
  }

  /** What a record says of an item; no fields where it says that there is none. */
  record Saying(String item, Optional<Map<String, String>> fields) {}

  GroupTopic(Flow flow, Random random) {
    this.flow = flow;
    this.random = random;
    PARTITIONS.forEach(
        partition -> {
          records.put(partition, new ArrayList<>());
          committed.put(partition, 0L);
        });
  }

  /** The ids of items that records may address. */
  static List<Long> ids() {
    List<Long> ids = new ArrayList<>();
    for (long partition = 0; partition < PARTITIONS.size(); partition++) {
      for (long key = 0; key < KEYS; key++) {
        ids.add(10 * partition + key + 1);
      }
    }
    return ids;
  }

  List<SinkRecord> records(TopicPartition partition) {
    return records.get(partition);
  }

  /** What the record at a place says, in its order. */
  List<Saying> said(String at) {
    return said.get(at);
  }

  /** What all records say, in the order of each partition. */
  Map<String, List<Saying>> said() {
    return said;
  }

  static String at(TopicPartition partition, long offset) {
    return partition.partition() + "@" + offset;
  }

  /** Appends some records to a partition. */
  void produce(long millis) {
    TopicPartition partition = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      long offset = records.get(partition).size();
      String at = at(partition, offset);
      String key =
          (flow.looksUp() ? "x" : "") + (10 * partition.partition() + random.nextInt(KEYS) + 1);
      List<Saying> items =
          flow.deletes() && random.nextInt(6) == 0
              ? List.of(new Saying(key, Optional.empty()))
              : items(key, at).stream().map(item -> saying(item, at)).toList();
      said.put(at, items);
      records
          .get(partition)
          .add(
              new SinkRecord(
                  Fixtures.TOPIC,
                  partition.partition(),
                  null,
                  key,
                  null,
                  value(items),
                  offset,
                  millis,
                  TimestampType.CREATE_TIME));
    }
  }

  private List<String> items(String key, String at) {
    return switch (flow) {
      case UPDATES, UPSERTS, FOUND_OR_CREATED -> List.of(key);
      case ARRAYS -> List.of(key + "a", key + "b");
      case CREATES -> List.of(at);
    };
  }

  private Saying saying(String item, String at) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (flow != Flow.UPDATES && flow != Flow.FOUND_OR_CREATED) {
      fields.put("externalXRef", item);
    }
    if (flow.createsAgain() || random.nextBoolean()) {
      fields.put("summary", at);
    }
    fields.put(random.nextBoolean() ? "city" : "contactName", at);
    return new Saying(item, Optional.of(fields));
  }

  private String value(List<Saying> items) {
    List<String> texts =
        items.stream().flatMap(it -> it.fields().stream()).map(this::text).toList();
    return texts.isEmpty() ? null : flow == Flow.ARRAYS ? texts.toString() : texts.get(0);
  }

  private String text(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(it -> "\"%s\":\"%s\"".formatted(it.getKey(), it.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }
}
