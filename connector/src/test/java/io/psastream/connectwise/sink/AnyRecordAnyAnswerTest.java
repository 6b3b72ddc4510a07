package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.AnyRecords.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Exchanges;
import io.psastream.connectwise.client.Exchanges.Scripted;
import io.psastream.connectwise.sink.body.PatchCheck;
import io.psastream.connectwise.sink.config.Reporting;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import io.psastream.connectwise.sink.report.ReportTopics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/**
 * Any records, on routes of every kind, and any answers to their calls: each record gets what is
 * its own and nothing of its neighbour's. {@code -Dfuzz.cases=100000 -Dfuzz.seed=7} tries more.
 */
class AnyRecordAnyAnswerTest {

  private static final int CASES = Integer.getInteger("fuzz.cases", 400);
  private static final long SEED = Long.getLong("fuzz.seed", 1);

  /** After so many rounds the site answers as it should, and after twice as many all is settled. */
  private static final int ROUNDS = 8;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IN_ORDER = "in order";

  private static final List<String> ROUTES =
      List.of(
          "create",
          "upsert",
          "patch",
          "diff",
          "checked",
          "put",
          "delete",
          "bulk",
          "header",
          "upload",
          "debezium",
          "coalesced");

  private static final SinkConfig CONFIG =
      new SinkConfig(
          Fixtures.properties(
              "routes", String.join(",", ROUTES),
              "route.create.topics", "create",
              "route.create.mutate.operation.id", "postServiceTickets",
              "route.upsert.topics", "upsert",
              "route.upsert.mutate.operation.id", "patchServiceTicketsById",
              "route.upsert.lookup.operation.id", "getServiceTickets",
              "route.upsert.lookup.conditions", "summary=\"${value.summary}\"",
              "route.upsert.behavior.on.not.found", "create",
              "route.patch.topics", "patch",
              "route.patch.mutate.operation.id", "patchServiceTicketsById",
              "route.patch.options", "{\"id\":\"${key}\"}",
              "route.diff.topics", "diff",
              "route.diff.mutate.operation.id", "patchServiceTicketsById",
              "route.diff.options", "{\"id\":\"${value.id}\"}",
              "route.diff.patch.format", "diff",
              "route.diff.lane.key", "${value.id}",
              "route.checked.topics", "checked",
              "route.checked.mutate.operation.id", "patchServiceTicketsById",
              "route.checked.options", "{\"id\":\"${value.id}\"}",
              "route.checked.behavior.on.unapplied", "fail",
              "route.checked.custom.fields", "merge",
              "route.put.topics", "put",
              "route.put.mutate.operation.id", "putServiceTicketsById",
              "route.put.options", "{\"id\":\"${key}\"}",
              "route.put.put.merge", "true",
              "route.delete.topics", "delete",
              "route.delete.mutate.operation.id", "patchServiceTicketsById",
              "route.delete.delete.operation.id", "deleteServiceTicketsById",
              "route.delete.options", "{\"id\":\"${key}\"}",
              "route.delete.behavior.on.null.values", "delete",
              "route.bulk.topics", "bulk",
              "route.bulk.mutate.operation.id", "postCompanyConfigurationsBulk",
              "route.header.topics", "header",
              "route.header.mutate.operation.id", "patchServiceTicketsById",
              "route.header.operation.header", "op",
              "route.header.operation.allowed",
                  "postServiceTickets,putServiceTicketsById,deleteServiceTicketsById",
              "route.header.options", "{\"id\":\"${key}\"}",
              "route.upload.topics", "upload",
              "route.upload.mutate.operation.id", "postSystemDocuments",
              "route.debezium.topics", "debezium",
              "route.debezium.mutate.operation.id", "putServiceTicketsById",
              "route.debezium.envelope", "debezium",
              "route.debezium.options", "{\"id\":\"${value.id}\"}",
              "route.coalesced.topics", "coalesced",
              "route.coalesced.mutate.operation.id", "patchServiceTicketsById",
              "route.coalesced.options", "{\"id\":\"${key}\"}",
              "route.coalesced.coalesce", "true"),
          Fixtures.CATALOG);
  private static final RecordRouter ROUTER = new RecordRouter(CONFIG.routes(), Fixtures.CATALOG);
  private static final Map<String, PatchCheck> CHECKS =
      PatchCheck.of(CONFIG.routes(), Fixtures.CATALOG);
  private static final Exchanges SITE = new Exchanges(CONFIG.connection().settings());

  private static final List<Integer> STATUSES =
      List.of(
          0, 200, 200, 200, 201, 204, 207, 302, 400, 400, 403, 404, 404, 405, 408, 409, 413, 414,
          422, 423, 425, 429, 500, 500, 501, 502, 503, 504, 521, 599, 401, 407);
  private static final List<String> BODIES =
      List.of(
          "",
          "null",
          "[]",
          "{}",
          "[[]]",
          "7",
          "\"text\"",
          "[{\"id\":1},{\"id\":2}]",
          "{\"id\":null}",
          "{\"id\":{\"id\":[]},\"customFields\":7,\"company\":[1]}",
          "[null,{\"id\":1}]",
          "{\"id\":1,",
          "{\"id\":1e999999999}",
          "[".repeat(2_000),
          "<html><title>Upgrade</title></html>",
          "Cannot route. Codebase/company is invalid",
          "{\"payload\":[{\"success\":false,\"error\":7,\"originalIndex\":\"x\"}]}",
          "{\"payload\":[{\"success\":true},null,[]]}",
          "{\"code\":\"NotFound\",\"message\":\"Item not found\"}",
          "{\"code\":\"InvalidObject\",\"message\":\"no\",\"errors\":[{\"field\":\"x\"},null,3]}",
          "{\"code\":\"ObjectExists\",\"message\":\"there is one\"}",
          "{\"code\":{},\"message\":[1],\"errors\":{}}",
          "{\"error\":\"TooManyRequests\"}");

  @Test
  void everyRecordEndsOnceAndNoneOfItsContentIsTold() {
    for (int number = 0; number < CASES; number++) {
      long seed = SEED * 1_000_003 + number;
      Case one = new Case(new Random(seed));
      try {
        one.run();
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed + ": " + one.records, e);
      }
    }
  }

  /** Some records, the last of them in order, and a site in some weather. */
  private static final class Case {

    private static final List<String> OPERATIONS =
        List.of("putServiceTicketsById", "postServiceTickets", "deleteServiceTicketsById");

    private final Random random;
    private final List<SinkRecord> records = new ArrayList<>();

    /** Whether the keys or the address of the site may be wrong, which stops the task. */
    private final boolean wrongSite;

    private final boolean reports;
    private final TaskContext context;
    private final MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final SinkInHand sink;
    private final RecordApplier applier;
    private final Set<Long> delivered = new TreeSet<>();
    private final Set<Long> refused = new TreeSet<>();
    private final Set<Long> ignored = new TreeSet<>();
    private int round;
    private boolean stopped;

    Case(Random random) {
      this.random = random;
      AnyRecords any = new AnyRecords(random);
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        String route = ROUTES.get(random.nextInt(ROUTES.size()));
        records.add(any.record(route, records.size(), OPERATIONS));
      }
      records.add(inOrder(records.size()));
      wrongSite = random.nextInt(4) == 0;
      reports = random.nextInt(4) > 0;
      context =
          reports
              ? TaskContext.withReporter(SinkInHand.PARTITION)
              : TaskContext.withoutReporter(SinkInHand.PARTITION);
      Reporting topics = new Reporting(Optional.of("results"), Optional.of("errors"), Map.of());
      sink =
          new SinkInHand(
              context,
              Optional.of(new ReportTopics(topics, producer)).filter(it -> reports),
              ROUTER,
              this::apply);
      applier =
          new RecordApplier(
              new RecordSender((call, permitted) -> answer(call), Fixtures.CATALOG, sink.now::get),
              CHECKS,
              new CreatedItems(sink.now::get),
              Fixtures.lease(),
              sink.now::get);
    }

    private static SinkRecord inOrder(int offset) {
      return new SinkRecord(
          "create",
          0,
          null,
          "a key of its own",
          null,
          Map.of("summary", IN_ORDER, "company", Map.of("id", 1)),
          offset,
          1_000L,
          TimestampType.CREATE_TIME,
          List.of(),
          Fixtures.TOPIC,
          0,
          offset);
    }

    void run() {
      records.stream()
          .filter(record -> ROUTER.route(record) instanceof Mapping.Ignored)
          .forEach(record -> ignored.add(record.kafkaOffset()));
      put(records.toArray(SinkRecord[]::new));
      while (!stopped && settled().size() < records.size()) {
        assertThat(round).as("rounds, settled: %s", settled()).isLessThan(3 * ROUNDS);
        round++;
        sink.now.addAndGet(Duration.ofMinutes(1).toNanos());
        put();
      }
      checkReports();
      long good = records.size() - 1L;
      if (!wrongSite) {
        assertThat(refused).doesNotContain(good);
      }
      if (reports && !wrongSite) {
        assertThat(stopped).isFalse();
        assertThat(delivered).contains(good);
      }
    }

    private void put(SinkRecord... batch) {
      try {
        sink.put(batch);
      } catch (ConnectException e) {
        assertThat(e)
            .hasMessageContaining("he task stops")
            .hasMessageNotContaining("unexpected error");
        checkNothingIsTold(e);
        stopped = true;
      }
      sink.executor.runAll();
      checkCommit();
    }

    private Set<Long> settled() {
      Set<Long> settled = new TreeSet<>(delivered);
      settled.addAll(ignored);
      context.reported.forEach(it -> settled.add(Long.parseLong(it.substring(2, it.indexOf(':')))));
      return settled;
    }

    private void checkCommit() {
      long committed = sink.committable(records.size());
      assertThat(settled()).containsAll(LongStream.range(0, committed).boxed().toList());
    }

    private void checkReports() {
      assertThat(context.reported).hasSameSizeAs(Set.copyOf(context.reported));
      assertThat(settled()).hasSize(delivered.size() + ignored.size() + context.reported.size());
      context.errors.forEach(Case::checkNothingIsTold);
      assertThat(context.reported).noneMatch(it -> it.contains("a fault of the connector"));
      assertThat(producer.history())
          .allSatisfy(
              report ->
                  assertThat(JSON.readTree(report.value()).path("error").toString())
                      .doesNotContain(SECRET));
    }

    private static void checkNothingIsTold(Throwable error) {
      StringWriter trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).doesNotContain(SECRET);
    }

    private Outcome apply(PendingRecord record) {
      Outcome outcome = applier.apply(record);
      for (PendingRecord part : record.parts()) {
        long offset = part.record().kafkaOffset();
        assertThat(settled()).doesNotContain(offset);
        if (outcome instanceof Outcome.Delivered) {
          delivered.add(offset);
        }
        boolean alone = record.parts().size() == 1;
        if (alone
            && (outcome instanceof Outcome.Rejected || outcome instanceof Outcome.Ambiguous)) {
          assertThat(refused.add(offset)).isTrue();
        }
      }
      return outcome;
    }

    private Answer<JsonNode> answer(Call call) {
      boolean well = call.body().filter(body -> body.toString().contains(IN_ORDER)).isPresent();
      boolean probe = call.operation().id().equals("getCompanyCompaniesCount");
      boolean fine = round >= ROUNDS || (!wrongSite && (well || probe));
      return SITE.exchange(call, fine || random.nextInt(3) > 0 ? usual(call) : any());
    }

    private Scripted any() {
      int most = wrongSite ? STATUSES.size() : STATUSES.size() - 2;
      String type = random.nextInt(4) > 0 ? "application/json" : "text/html";
      Map<String, String> headers =
          random.nextInt(4) > 0
              ? Map.of()
              : Map.of("Retry-After", List.of("3", "x", "99999999999").get(random.nextInt(3)));
      return new Scripted(
          STATUSES.get(random.nextInt(most)),
          headers,
          type,
          BODIES.get(random.nextInt(BODIES.size())));
    }

    private static Scripted usual(Call call) {
      int status = call.operation().method() == HttpMethod.POST ? 201 : 200;
      String item = "{\"id\":5,\"summary\":\"of the site\",\"customFields\":[]}";
      return switch (call.operation().answer()) {
        case LIST -> json(200, "[" + item + "]");
        case COUNT -> json(200, "{\"count\":3}");
        case BLANK -> json(204, "");
        default ->
            call.operation().id().endsWith("Bulk")
                ? json(207, "{\"payload\":[{\"success\":true,\"originalIndex\":0}]}")
                : json(status, item);
      };
    }

    private static Scripted json(int status, String body) {
      return new Scripted(status, Map.of(), "application/json", body);
    }
  }
}
