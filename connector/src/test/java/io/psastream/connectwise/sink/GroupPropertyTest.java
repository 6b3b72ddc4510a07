package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sink.GroupCalls.Event;
import io.psastream.connectwise.sink.GroupTopic.Flow;
import io.psastream.connectwise.sink.GroupTopic.Saying;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tasks that share partitions, one after the other and behind each other's back: taken away or
 * lost, frozen in the middle of a call, killed, and back again; commits that fail, calls and
 * answers that are lost, lists that lag. In the end every item is what its last record says.
 */
class GroupPropertyTest {

  private static final int TURNS = 200;

  private Group group;
  private Set<String> reported;

  static LongStream seeds() {
    return LongStream.range(0, 30);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyItemIsWhatItsLastRecordSaysAndIsCreatedOnce(long seed) {
    group = new Group(new Random(seed));
    for (int i = 0; i < TURNS; i++) {
      group.turn();
    }
    group.calm();

    reported = group.reported();
    GroupTopic.PARTITIONS.forEach(
        it ->
            assertThat(group.topic.committed.get(it))
                .as(group::told)
                .isEqualTo(group.topic.records(it).size()));
    assertThat(group.unsettled).as(group::told).isEmpty();
    checkCreates();
    if (group.topic.flow != Flow.CREATES) {
      checkItems();
      checkOrder();
    }
  }

  private void checkCreates() {
    assertThat(group.calls.site.doubles).as(group::told).isEmpty();
    if (!group.topic.flow.createsAgain()) {
      return;
    }
    group
        .calls
        .creates
        .values()
        .forEach(it -> assertThat(it).as(group::told).doesNotHaveDuplicates());
    if (group.remembered) {
      assertThat(group.calls.creates.values().stream().flatMap(List::stream))
          .as(group::told)
          .doesNotHaveDuplicates();
    }
    if (group.topic.flow == Flow.CREATES) {
      assertThat(group.calls.creates.values().stream().flatMap(List::stream).toList())
          .as(group::told)
          .containsAll(group.calls.delivered);
    }
  }

  /** Of an item of which a record was reported it is not known what was written. */
  private void checkItems() {
    Map<String, Optional<Map<String, String>>> expected = new TreeMap<>();
    Set<String> unknown = new HashSet<>();
    group
        .topic
        .said()
        .forEach(
            (at, sayings) ->
                sayings.forEach(
                    it -> {
                      expected.merge(it.item(), it.fields(), GroupPropertyTest::then);
                      if (reported.contains(at)) {
                        unknown.add(it.item());
                      }
                    }));
    expected.keySet().removeAll(unknown);
    expected.forEach(this::checkItem);
  }

  private static Optional<Map<String, String>> then(
      Optional<Map<String, String>> before, Optional<Map<String, String>> later) {
    return later.map(
        it -> {
          Map<String, String> fields = new HashMap<>(before.orElse(Map.of()));
          fields.putAll(it);
          return fields;
        });
  }

  private void checkItem(String item, Optional<Map<String, String>> fields) {
    Optional<? extends JsonNode> there = ticket(item);
    if (there.isEmpty() && group.topic.flow == Flow.FOUND_OR_CREATED) {
      return; // each of its records has created one of another id
    }
    assertThat(there.isPresent())
        .as(() -> item + " is there, " + group.told())
        .isEqualTo(fields.isPresent());
    fields
        .orElse(Map.of())
        .forEach(
            (field, value) ->
                assertThat(there.orElseThrow().path(field).asText())
                    .as(() -> field + " of " + item + ", " + group.told())
                    .isEqualTo(value));
  }

  private Optional<? extends JsonNode> ticket(String item) {
    return group.topic.flow.looksUp()
        ? group.calls.site.ticket(item)
        : group.calls.site.ticket(Long.parseLong(item));
  }

  /** What is done to an item follows what was done to it before, or repeats it. */
  private void checkOrder() {
    Map<String, Long> before = new HashMap<>();
    for (Event event : group.calls.events) {
      long next = before.getOrDefault(event.item(), -1L) + 1;
      before.put(event.item(), event.last());
      boolean always =
          group.topic.flow != Flow.FOUND_OR_CREATED || ticket(event.item()).isPresent();
      if (always) {
        assertThat(leftOut(event.item(), next, event.first()))
            .as(() -> "left out before " + event + ", " + group.told())
            .isEmpty();
      }
    }
  }

  private List<String> leftOut(String item, long from, long to) {
    return LongStream.range(from, to)
        .boxed()
        .flatMap(offset -> GroupTopic.PARTITIONS.stream().map(it -> GroupTopic.at(it, offset)))
        .filter(at -> !reported.contains(at) && !group.calls.unneeded.contains(at))
        .filter(
            at ->
                group.topic.said().getOrDefault(at, List.<Saying>of()).stream()
                    .anyMatch(it -> it.item().equals(item)))
        .toList();
  }
}
