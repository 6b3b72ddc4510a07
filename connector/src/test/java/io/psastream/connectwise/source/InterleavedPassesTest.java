package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.QueryReader.QueryContext;
import io.psastream.connectwise.source.WindowScan.Opening;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.offset.Commits;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.SourcePartition;
import io.psastream.connectwise.source.signal.Signal;
import io.psastream.connectwise.source.signal.SignalInbox;
import io.psastream.connectwise.source.signal.SignalInbox.SignalledQuery;
import io.psastream.connectwise.source.signal.SignalNews;
import io.psastream.connectwise.source.signal.SignalNews.SignalEvent;
import io.psastream.connectwise.source.signal.SignalPace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.roaringbitmap.RoaringBitmap;

/**
 * Windows, full refreshes, sweeps and what signals ask for, a batch of each in turn, while items
 * change, change late and silently, and are deleted, signals are true or forged, pause and resume,
 * and the worker is killed at any record.
 */
@ExtendWith(SimulatorExtension.class)
class InterleavedPassesTest {

  private static final int TICKETS = 60;

  /** So many items of a page are sent together, as typed ones are. */
  private static final int PART = 3;

  private static final Map<String, String> PARTITION = Queries.PARTITION;

  private Simulator simulator;
  private ItemCollection tickets;
  private ConnectWiseClient client;
  private Query query;
  private Random random;
  private int version;
  private int rereads;
  private int paused;
  private int signals;

  /** The signals that were taken, and those of which the end was told. */
  private final List<String> begun = new ArrayList<>();

  private final List<String> ended = new ArrayList<>();
  private boolean busy = true;

  /** What Kafka has. */
  private final List<SourceRecord> taken = new ArrayList<>();

  private final Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
  private final Map<Long, Instant> late = new HashMap<>();
  private final Set<Long> deleted = new HashSet<>();

  /** How many passes of each kind have begun. */
  private final Map<PassKind, Integer> passes = new EnumMap<>(PassKind.class);

  /** How many had when a signal asked for one more, of the signals since the last restart. */
  private final Map<String, Integer> asked = new HashMap<>();

  private int runs;
  private QueryRun run;
  private SignalInbox inbox;
  private final Set<PassKind> underWay = new HashSet<>();

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    simulator.clock().freezeAt(Instant.parse("2026-03-01T12:00:00Z"));
    tickets = simulator.store().collection("/service/tickets");
    SourceHarness settings =
        new SourceHarness(simulator)
            .set("page.size", "7")
            .set("full.refresh.schedule.interval.ms", "1000")
            .set("deletes.detect", "sweep")
            .set("deletes.max.ratio", "1")
            .set("signal.topic", "signals")
            .set("signal.bootstrap.servers", "localhost:1")
            .set("heartbeat.topic", "heartbeats");
    SourceConfig config = settings.config();
    query = config.queries().get(0);
    client = ConnectWiseClient.open(config.connection().settings());
  }

  @AfterEach
  void tearDown() {
    client.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void nothingIsLostOrSentTwiceAndNothingGoesBack(long seed) {
    random = new Random(seed);
    if (seed % 2 == 1) {
      // The jumps of the clock are hardly believed, so that windows lag; without dates they do not.
      simulator.dates(date -> Optional.empty());
    }
    for (int i = 0; i < TICKETS; i++) {
      change(tickets.nextId());
    }
    simulator.clock().advance(Duration.ofSeconds(5));
    restart();
    for (int batch = 0; batch < 700; batch++) {
      if (random.nextInt(25) == 0) {
        restart();
      }
      if (inbox.paused()) {
        paused++;
      } else {
        next(any());
      }
      storePause();
      happen();
    }
    busy = false;
    inbox.offer(new Signal.Pause(Optional.empty(), Optional.empty(), false));
    for (int window = 0; window < 16; window++) {
      // A jump of the clock is not believed at once.
      simulator.clock().advance(Duration.ofSeconds(window % 4 == 0 ? 45 : 0));
      toTheEndOf(PassKind.WINDOW);
    }
    toTheEndOf(PassKind.REFRESH);
    toTheEndOf(PassKind.REFRESH);
    toTheEndOf(PassKind.SWEEP);
    toTheEndOf(PassKind.SWEEP);

    assertThat(runs).as("passes that signals have asked for").isPositive();
    assertThat(ended).as("what was asked for and not forgotten").containsAll(asked.keySet());
    assertThat(rereads).as("that signals have brought").isPositive();
    assertThat(paused).as("batches that pauses have put off").isPositive();
    assertThat(ended).doesNotHaveDuplicates().isSubsetOf(begun);
    assertThat(unmarked()).doesNotHaveDuplicates();
    assertThat(last()).isEqualTo(existing());
    assertNothingGoesBack();
  }

  @Test
  void theWindowAfterASignalLooksForWhatTheSignalHasFoundLate() {
    random = new Random(0);
    busy = false;
    simulator.dates(date -> Optional.empty());
    for (long id = 1; id <= 20; id++) {
      change(id);
    }
    restart();
    toTheEndOf(PassKind.WINDOW);
    inbox.offer(
        new Signal.Reread(Optional.empty(), Optional.empty(), Optional.of("id > 0"), List.of()));
    next(PassKind.SIGNAL);
    Instant before = simulator.clock().instant().plusSeconds(1);
    simulator.clock().advance(Duration.ofSeconds(2));
    change(1);
    toTheEndOf(PassKind.WINDOW);

    tickets.update(20, this::write, Stamp.at(before));
    toTheEndOf(PassKind.SIGNAL);
    toTheEndOf(PassKind.WINDOW);

    assertThat(unmarked()).contains("20 " + before + " " + version);
  }

  private void happen() {
    if (random.nextInt(3) == 0) {
      simulator.clock().advance(Duration.ofSeconds(random.nextInt(8)));
    }
    late.values().removeIf(visible -> !visible.isAfter(simulator.clock().instant()));
    List<Long> ids = tickets.ids();
    long id = ids.get(random.nextInt(ids.size()));
    if (late.containsKey(id)) {
      return;
    }
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> change(id);
      case 3 -> change(tickets.nextId());
      case 4 -> tickets.silentChange(id, this::write);
      case 5 -> {
        Instant now = simulator.clock().instant();
        // Two versions of one item in one second, one of them late, nobody could tell apart.
        if (!tickets.get(id).orElseThrow().updated().equals(Optional.of(now))) {
          Instant visible = now.plusSeconds(1 + random.nextInt(40));
          late.put(id, visible);
          tickets.update(id, this::write, Stamp.at(now).visibleFrom(visible));
        }
      }
      case 6 -> {
        tickets.delete(id);
        deleted.add(id);
      }
      default -> {}
    }
    signal();
  }

  /** True ones, late ones and forged ones. */
  private void signal() {
    List<Long> ids = tickets.ids();
    long id =
        random.nextInt(9) == 0 ? 1 + random.nextInt(99_999) : ids.get(random.nextInt(ids.size()));
    Optional<String> name = Optional.of("signal " + ++signals);
    switch (random.nextInt(9)) {
      case 0 -> inbox.offer(changed(id, false));
      case 1 -> inbox.offer(changed(id, true));
      case 2 -> deleted.forEach(gone -> inbox.offer(changed(gone, random.nextBoolean())));
      case 3 ->
          inbox.offer(
              new Signal.Reread(
                  Optional.empty(),
                  name,
                  Optional.of("id > " + id + " or id = " + ids.get(0)),
                  List.of()));
      case 4 ->
          inbox.offer(
              new Signal.Reread(Optional.empty(), Optional.empty(), Optional.empty(), List.of(id)));
      case 5 -> inbox.offer(new Signal.Pause(Optional.empty(), name, random.nextInt(3) == 0));
      case 6 -> inbox.offer(new Signal.Run(Optional.empty(), name, PassKind.SWEEP));
      case 7 -> inbox.offer(new Signal.Run(Optional.empty(), name, PassKind.REFRESH));
      default -> {}
    }
  }

  /** Which is lost where the worker is killed before. */
  private void storePause() {
    run.pauseToStore()
        .filter(record -> random.nextInt(10) > 0)
        .ifPresent(record -> offsets.put(record.sourcePartition(), record.sourceOffset()));
  }

  private void told(SignalNews news) {
    String id = news.id().orElse("");
    news.id().ifPresent((news.event() == SignalEvent.TAKEN ? begun : ended)::add);
    Optional<PassKind> kind =
        news.type()
            .filter(type -> Set.of("sweep", "refresh").contains(type))
            .map(type -> PassKind.valueOf(type.toUpperCase(Locale.ROOT)));
    if (kind.isPresent() && news.event() == SignalEvent.TAKEN) {
      asked.put(id, begun(kind.get()));
    } else if (kind.isPresent()) {
      assertThat(begun(kind.get())).as("a pass of its own").isGreaterThan(asked.get(id));
      runs++;
    }
  }

  private int begun(PassKind kind) {
    return passes.getOrDefault(kind, 0);
  }

  private static Signal changed(long id, boolean gone) {
    return new Signal.Changed(Set.of("service/tickets", "project/tickets"), id, gone);
  }

  private void change(long id) {
    if (tickets.update(id, this::write).isEmpty()) {
      ObjectNode ticket = new ObjectMapper().createObjectNode();
      write(ticket);
      tickets.put(ticket.put("id", id));
    }
  }

  private void write(ObjectNode ticket) {
    ticket.put("summary", Integer.toString(++version));
  }

  /** A pass that is under way, or that can begin. */
  private PassKind any() {
    List<PassKind> possible =
        List.of(PassKind.values()).stream()
            .filter(kind -> underWay.contains(kind) || run.ready(kind))
            .toList();
    return possible.get(random.nextInt(possible.size()));
  }

  private boolean next(PassKind kind) {
    inbox.asked().stream().filter(each -> !underWay.contains(each)).forEach(inbox::begun);
    if (underWay.add(kind)) {
      passes.merge(kind, 1, Integer::sum);
    }
    Batch batch = run.next(kind);
    rereads += kind == PassKind.SIGNAL ? batch.records().size() : 0;
    boolean killed = busy && random.nextInt(20) == 0;
    List<SourceRecord> records = batch.records();
    for (SourceRecord each :
        killed ? records.subList(0, random.nextInt(records.size() + 1)) : records) {
      offsets.put(each.sourcePartition(), each.sourceOffset());
      if (!each.topic().equals("heartbeats")) {
        taken.add(each);
      }
    }
    if (killed) {
      restart();
      return false;
    }
    if (batch.last()) {
      run.finish(kind);
      underWay.remove(kind);
    }
    return batch.last();
  }

  private void toTheEndOf(PassKind kind) {
    while (!underWay.contains(kind) && (underWay.contains(PassKind.WINDOW) || !run.ready(kind))) {
      next(PassKind.WINDOW);
    }
    IntStream.range(0, 1_000).filter(batch -> next(kind)).findFirst().orElseThrow();
  }

  /** Nothing is left but what was stored. */
  private void restart() {
    Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>();
    offsets.forEach((partition, offset) -> stored.put(partition, new HashMap<>(offset)));
    offsets.clear();
    offsets.putAll(stored);
    Optional<SourceOffset> offset =
        Optional.ofNullable(stored.get(PARTITION)).map(SourceOffset::fromMap);
    KnownIds known = new KnownIds(new Commits());
    known.restore(
        stored.entrySet().stream()
            .filter(entry -> entry.getKey().containsKey("ids"))
            .map(entry -> Checkpoints.chunk(entry.getValue()))
            .toList(),
        offset.map(SourceOffset::fresh).orElseGet(RoaringBitmap::new));
    RecordMapper mapper = Queries.mapper(query, PART);
    inbox =
        new SignalInbox(
            new SignalledQuery(
                query.name(), "service/tickets", query.passes().schedules().keySet()),
            true,
            new SignalPace(Integer.MAX_VALUE, 1, 0),
            Optional.ofNullable(stored.get(SourcePartition.pause(PARTITION)))
                .filter(Checkpoints::paused)
                .isPresent(),
            this::told);
    QueryReader reader =
        new QueryReader(
            query,
            query.options(),
            new QueryContext(client, new Decoders().schemaless(query.operation()), false));
    QueryMemory memory =
        new QueryMemory(
            offset,
            Optional.of(known),
            Optional.of(new Checkpoints("heartbeats", PARTITION, mapper)));
    run =
        new QueryRun(
            new QueryWindows(reader, memory, Metrics.NONE, this::opening),
            new ChildQueries(mapper, List.of(), HandExecutor.alwaysAtOnce()),
            memory,
            new PassObserver(query.name(), Metrics.NONE, QueryNotices.NONE),
            Optional.of(inbox));
    asked.clear();
    underWay.clear();
    underWay.addAll(run.interrupted());
  }

  private Opening opening() {
    Instant now = simulator.clock().instant();
    return new Opening(now.toEpochMilli() * 1_000_000, now);
  }

  private List<String> unmarked() {
    return taken.stream()
        .filter(each -> each.value() != null)
        .filter(each -> each.headers().lastWithName(RecordMapper.REFRESH_HEADER) == null)
        .map(each -> each.key() + " " + SourceHarness.updated(each) + " " + summary(each))
        .toList();
  }

  private Map<Object, String> last() {
    Map<Object, String> last = new TreeMap<>();
    taken.forEach(
        each -> {
          if (each.value() == null) {
            last.remove(each.key());
          } else {
            last.put(each.key(), summary(each));
          }
        });
    return last;
  }

  private Map<Object, String> existing() {
    Map<Object, String> existing = new TreeMap<>();
    tickets.items().forEach(each -> existing.put(each.id(), each.tree().path("summary").asText()));
    return existing;
  }

  private void assertNothingGoesBack() {
    Map<Object, Integer> newest = new HashMap<>();
    Set<Object> gone = new HashSet<>();
    for (SourceRecord each : taken) {
      if (each.value() == null) {
        assertThat(deleted).contains((Long) each.key());
        gone.add(each.key());
      } else {
        assertThat(gone).doesNotContain(each.key());
        int now = Integer.parseInt(summary(each));
        Integer before = newest.put(each.key(), now);
        assertThat(before == null ? 0 : before)
            .as("ticket %s", each.key())
            .isLessThanOrEqualTo(now);
      }
    }
  }

  private static String summary(SourceRecord record) {
    return String.valueOf(((Map<?, ?>) record.value()).get("summary"));
  }
}
