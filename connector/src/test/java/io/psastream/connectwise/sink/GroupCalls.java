package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.sink.GroupMember.Applying;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The calls of all tasks of a group, some of which are refused or lost, and what came of them. */
final class GroupCalls implements GroupMember.World {

  final GroupSite site;

  /** The places of records that were delivered. */
  final Set<String> delivered = new TreeSet<>();

  /** Those of them whose items were found to be as they say. */
  final Set<String> unneeded = new TreeSet<>();

  /** What was done to items, in its order. */
  final List<Event> events = new ArrayList<>();

  /** The records that creates were sent for, of each task. */
  final Map<GroupMember, List<String>> creates = new HashMap<>();

  /** Something was done to an item for its records from one offset to another. */
  record Event(String item, long first, long last) {}

  /** Nothing is refused or lost any more. */
  boolean calm;

  private final Random random;
  private final GroupTopic topic;
  private final Runnable meanwhile;
  private final Consumer<String> log;

  /**
   * @param meanwhile what happens while a call is under way
   * @param log takes what has happened
   */
  GroupCalls(
      Random random, GroupTopic topic, GroupSite site, Runnable meanwhile, Consumer<String> log) {
    this.random = random;
    this.topic = topic;
    this.site = site;
    this.meanwhile = meanwhile;
    this.log = log;
  }

  @Override
  public Answer<JsonNode> send(GroupMember member, Call call, BooleanSupplier permitted) {
    Applying mine = member.applying.peekLast();
    meanwhile.run();
    member.checkGoesOn(mine, call);
    if (!permitted.getAsBoolean()) {
      throw ApiException.cancelled(call.name(), null);
    }
    int luck = calm ? 100 : random.nextInt(30);
    if (luck == 0) {
      throw new ApiException(Failure.of(Kind.THROTTLED, call.name(), 429, "busy"));
    }
    GroupWire wire = new GroupWire(() -> arrive(member, mine, call));
    mine.atCut = () -> wire.end(random.nextBoolean());
    meanwhile.run();
    wire.end(luck != 1);
    mine.atCut = () -> {};
    meanwhile.run();
    boolean post = call.operation().method() == HttpMethod.POST;
    if (!post || member.dead) {
      member.checkGoesOn(mine, call);
    }
    if (mine.cut || luck == 2 || !wire.arrived()) {
      log.accept("%s: %s %s: no answer".formatted(member, call.name(), places(mine.record)));
      Kind lost = post ? Kind.AMBIGUOUS : Kind.UNAVAILABLE;
      throw new ApiException(Failure.of(lost, call.name(), 502, "lost"));
    }
    return wire.answer();
  }

  private Answer<JsonNode> arrive(GroupMember member, Applying applying, Call call) {
    PendingRecord record = applying.record;
    List<String> places = places(record);
    log.accept("%s: %s %s".formatted(member, call.name(), places));
    Answer<JsonNode> answer = site.take(call);
    log.accept("→ %s".formatted(answer.items()));
    if (call.operation().method() == HttpMethod.POST) {
      creates.computeIfAbsent(member, it -> new ArrayList<>()).addAll(places);
    }
    if (call.operation().method() != HttpMethod.GET) {
      applying.writes++;
      String item = topic.said(places.get(0)).get(record.applied()).item();
      long first = record.parts().get(0).record().kafkaOffset();
      events.add(new Event(item, first, record.record().kafkaOffset()));
    }
    return answer;
  }

  private static List<String> places(PendingRecord record) {
    return record.parts().stream()
        .map(it -> GroupTopic.at(it.position().partition(), it.record().kafkaOffset()))
        .toList();
  }

  @Override
  public void ended(GroupMember member, PendingRecord record, Outcome outcome) {
    List<String> places = places(record);
    log.accept("%s: %s %s".formatted(member, places, outcome.getClass().getSimpleName()));
    if (outcome instanceof Outcome.Delivered) {
      delivered.addAll(places);
      if (member.applying.getLast().writes < topic.said(places.get(0)).size()) {
        unneeded.addAll(places);
      }
    }
  }
}
