package io.psastream.connectwise.sink;

import io.psastream.connectwise.sink.GroupTopic.Flow;
import io.psastream.connectwise.sink.config.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Tasks of one group, one topic and one site, to which something happens at each turn. While a call
 * of a task is under way, more may happen, to this task and to others: so calls end in any order
 * with all else, on one thread.
 */
final class Group {

  private static final long SECOND = 1_000_000_000;

  /** So many calls have something happen while they are under way, one in the other. */
  private static final int DEPTH = 4;

  final GroupTopic topic;
  final GroupCalls calls;

  /** Whether creates are remembered in a ledger. */
  final boolean remembered;

  /** Records that were committed and not settled. */
  final List<String> unsettled = new ArrayList<>();

  private final Random random;
  private final AtomicLong now = new AtomicLong(1_000_000 * SECOND);
  private final LedgerTopic ledger = new LedgerTopic();
  private final List<String> log = new ArrayList<>();
  private final List<Route> routes;
  private final List<GroupMember> members = new ArrayList<>();
  private final List<GroupMember> all = new ArrayList<>();

  /** How rarely something comes between. */
  private final int peace;

  private int depth;

  Group(Random random) {
    this.random = random;
    List<Flow> flows = List.of(Flow.values());
    Flow flow = flows.get(random.nextInt(flows.size()));
    List<String> properties = flow.properties(random);
    this.topic = new GroupTopic(flow, random);
    this.routes = Fixtures.routes(properties.toArray(String[]::new));
    this.remembered = !flow.deletes() && random.nextBoolean();
    this.peace = 1 + random.nextInt(6);
    GroupSite site = new GroupSite(now, random.nextInt(2) * SECOND * 19 / 10, flow.looksUp());
    this.calls = new GroupCalls(random, topic, site, this::meanwhile, this::log);
    log("%s, ledger %s".formatted(properties, remembered));
    GroupTopic.ids().stream()
        .filter(it -> flow == Flow.UPDATES || (flow == Flow.FOUND_OR_CREATED && chance(2)))
        .forEach(site::seed);
    for (int i = 2 + random.nextInt(2); i > 0; i--) {
      members.add(member());
    }
    rebalance();
  }

  private GroupMember member() {
    GroupMember member =
        new GroupMember(
            calls,
            "task-" + all.size(),
            now,
            routes,
            remembered ? Optional.of(ledger.ledger()) : Optional.empty());
    all.add(member);
    return member;
  }

  private boolean chance(int in) {
    return random.nextInt(in) == 0;
  }

  private void log(String text) {
    log.add("%d %d %s".formatted(depth, now.get() / 1_000_000, text));
  }

  /** All that has happened. */
  String told() {
    return String.join("\n", log);
  }

  /** One thing happens. */
  void turn() {
    now.addAndGet(random.nextInt(50) * 1_000_000L);
    GroupMember member = members.get(random.nextInt(members.size()));
    int what = random.nextInt(60);
    if (what < 9) {
      topic.produce(now.get() / 1_000_000);
    } else if (what < 13) {
      advance(random.nextInt(1_000));
    } else if (member.frozen) {
      return;
    } else if (what < 26) {
      member.put(poll(member));
    } else if (what < 50) {
      run(member);
    } else if (what < 55) {
      commit(member, member.position.keySet());
    } else if (!chance(peace)) {
      return;
    } else if (what < 58) {
      rebalance();
    } else if (what < 59) {
      freeze(member);
    } else if (chance(2)) {
      kill(member);
    }
  }

  private List<SinkRecord> poll(GroupMember member) {
    List<SinkRecord> polled = new ArrayList<>();
    if (!member.context.paused) {
      member.position.replaceAll(
          (partition, from) -> {
            List<SinkRecord> records = topic.records(partition);
            long to = Math.min(records.size(), from + (calls.calm ? 50 : random.nextInt(4)));
            polled.addAll(records.subList(from.intValue(), (int) to));
            return to;
          });
    }
    return polled;
  }

  private void run(GroupMember member) {
    for (int i = random.nextInt(4); i > 0 && member.executor.waiting() > 0; i--) {
      member.executor.runOne();
    }
  }

  /** Time passes, in which Connect calls each task that is not frozen. */
  private void advance(int millis) {
    now.addAndGet(millis * 1_000_000L);
    for (GroupMember member : List.copyOf(members)) {
      if (!member.frozen) {
        notice(member);
        member.put(List.of());
      }
    }
  }

  /** A member that the group has left behind finds that out. */
  private void notice(GroupMember member) {
    if (member.fenced) {
      member.fenced = false;
      log("%s has lost %s".formatted(member, member.position.keySet()));
      member.close(Set.copyOf(member.position.keySet()));
    }
  }

  private void commit(GroupMember member, Set<TopicPartition> which) {
    Map<TopicPartition, OffsetAndMetadata> offsets = member.preCommit(Set.copyOf(which));
    boolean refused = member.fenced || (!calls.calm && chance(5));
    log("%s commits %s%s".formatted(member, offsets, refused ? " in vain" : ""));
    if (refused) {
      return;
    }
    Set<String> settled = new HashSet<>(calls.delivered);
    settled.addAll(reported());
    offsets.forEach(
        (partition, offset) -> {
          for (long i = topic.committed.get(partition); i < offset.offset(); i++) {
            String at = GroupTopic.at(partition, i);
            if (!settled.contains(at)) {
              unsettled.add(at);
            }
          }
          topic.committed.put(partition, offset.offset());
        });
  }

  /** The places of records that were reported. */
  Set<String> reported() {
    Set<String> reported = new TreeSet<>();
    for (GroupMember member : all) {
      member.context.reported.forEach(it -> reported.add(it.substring(0, it.indexOf(':'))));
    }
    return reported;
  }

  /** All partitions are given anew, of all members or of those that lose one. */
  private void rebalance() {
    List<GroupMember> joined = members.stream().filter(it -> !it.frozen).toList();
    if (joined.isEmpty()) {
      return;
    }
    boolean eager = chance(2);
    Map<TopicPartition, GroupMember> target = new HashMap<>();
    GroupTopic.PARTITIONS.forEach(it -> target.put(it, joined.get(random.nextInt(joined.size()))));
    members.stream()
        .filter(it -> it.frozen && !it.position.isEmpty())
        .forEach(it -> it.fenced = true);
    for (GroupMember member : joined) {
      notice(member);
      Set<TopicPartition> revoked = new HashSet<>(member.position.keySet());
      revoked.removeIf(it -> !eager && target.get(it) == member);
      if (!revoked.isEmpty()) {
        quietly(() -> run(member));
        commit(member, revoked);
        log("%s gives up %s".formatted(member, revoked));
        member.close(revoked);
      }
    }
    for (GroupMember member : joined) {
      Map<TopicPartition, Long> opened = new HashMap<>(topic.committed);
      opened.keySet().removeIf(it -> target.get(it) != member || member.position.containsKey(it));
      log("%s is given %s".formatted(member, opened));
      member.open(opened);
      member.put(chance(2) ? poll(member) : List.of());
    }
  }

  /** Its process stands still for longer than its session; what is on the wire ends meanwhile. */
  private void freeze(GroupMember member) {
    if (depth >= DEPTH) {
      return;
    }
    log("%s freezes".formatted(member));
    member.frozen = true;
    member.applying.forEach(it -> it.atCut.run());
    int millis = 600 + random.nextInt(3_000);
    depth++;
    for (int left = 2 + random.nextInt(8); left > 0; left--) {
      advance(millis);
      turn();
    }
    depth--;
    for (int left = 6; left > 0; left--) {
      advance(1_000);
    }
    member.frozen = false;
    log("%s thaws%s".formatted(member, member.fenced ? " and is fenced" : ""));
    if (!member.dead && chance(2)) {
      member.put(poll(member));
    }
  }

  private void kill(GroupMember member) {
    log("%s is killed".formatted(member));
    member.kill();
    members.set(members.indexOf(member), member());
  }

  private void quietly(Runnable action) {
    int before = depth;
    depth = DEPTH;
    action.run();
    depth = before;
  }

  private void meanwhile() {
    if (!calls.calm && depth < DEPTH && chance(2 + peace)) {
      depth++;
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        turn();
      }
      depth--;
    }
  }

  /** Nothing goes wrong any more, until all is done. */
  void calm() {
    calls.calm = true;
    log("calm");
    rebalance();
    for (int i = 0; i < 60; i++) {
      advance(1_000);
      for (GroupMember member : members) {
        member.put(poll(member));
        member.executor.runAll();
        member.put(List.of());
        commit(member, member.position.keySet());
      }
    }
  }
}
