package io.psastream.connectwise.sink.mapping;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.Fixtures.routes;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.Fixtures;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Change events of Debezium, with schemas and without. */
class ChangeEventTest {

  private static final Schema ROW =
      SchemaBuilder.struct()
          .optional()
          .field("id", Schema.INT64_SCHEMA)
          .field("summary", Schema.OPTIONAL_STRING_SCHEMA)
          .build();
  private static final Schema ENVELOPE =
      SchemaBuilder.struct()
          .field("before", ROW)
          .field("after", ROW)
          .field("op", Schema.STRING_SCHEMA)
          .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
          .build();
  private static final Schema KEY = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();

  @ParameterizedTest
  @ValueSource(strings = {"c", "r", "u"})
  void takesWhatIsAfterTheChange(String op) {
    Call call =
        onlyCall(
            map(
                record(
                    "{\"id\":5}",
                    "{\"before\":null,\"after\":{\"id\":5,\"summary\":\"x\"},\"op\":\"%s\"}"
                        .formatted(op))));

    assertThat(call.operation().id()).isEqualTo("patchServiceTicketsById");
    assertThat(call.path()).containsEntry("id", "5");
    assertThat(call.body().orElseThrow())
        .hasToString("[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"x\"}]");
  }

  @Test
  void takesStructsAndWhatAConverterLeftWrapped() {
    Struct after = new Struct(ROW).put("id", 5L).put("summary", "x");
    SinkRecord struct =
        new SinkRecord(
            Fixtures.TOPIC,
            0,
            KEY,
            new Struct(KEY).put("id", 5L),
            ENVELOPE,
            new Struct(ENVELOPE).put("after", after).put("op", "u"),
            0);
    SinkRecord wrapped =
        record(
            "{\"schema\":{},\"payload\":{\"id\":5}}",
            "{\"schema\":{},\"payload\":{\"op\":\"u\",\"after\":{\"id\":5,\"summary\":\"x\"}}}");

    assertThat(onlyCall(map(struct))).isEqualTo(onlyCall(map(wrapped)));
  }

  @Test
  void deletesAndSeesTheRowAsItWas() {
    SinkRecord record = record("{\"id\":9}", "{\"before\":{\"id\":5},\"after\":null,\"op\":\"d\"}");

    assertThat(onlyCall(map(record)).operation().id()).isEqualTo("deleteServiceTicketsById");
    assertThat(onlyCall(map(record)).path()).containsEntry("id", "9");
    assertThat(onlyCall(mapper("{\"id\":\"${value.id}\"}").route(record)).path())
        .containsEntry("id", "5");
  }

  @Test
  void deletesByItsKeyWhatIsNotToldOf() {
    assertThat(onlyCall(map(record("{\"id\":5}", "{\"op\":\"d\"}"))).path())
        .containsEntry("id", "5");
  }

  @Test
  void skipsTheTombstoneThatFollowsADelete() {
    assertThat(map(record("{\"id\":5}", null))).isInstanceOf(Mapping.Ignored.class);
  }

  @Test
  void skipsDeletesWhenToldTo() {
    RecordRouter mapper = mapper("{\"id\":\"${key.id}\"}", "behavior.on.null.values", "ignore");

    assertThat(mapper.route(record("{\"id\":5}", "{\"op\":\"d\"}")))
        .isInstanceOf(Mapping.Ignored.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"summary\":\"x\"}", "[1]", "text", "{\"op\":\"m\",\"message\":{}}"})
  void rejectsWhatIsNoChangeEventWithoutQuotingIt(String value) {
    assertThat(map(record("{\"id\":5}", value)))
        .isInstanceOfSatisfying(
            Mapping.Unmappable.class,
            rejected ->
                assertThat(rejected.reason())
                    .startsWith("its value is not a Debezium change event, which has an \"op\"")
                    .contains("set envelope=none"));
  }

  @Test
  void rejectsATruncationAndAnUpdateToNothing() {
    assertThat(map(record(null, "{\"op\":\"t\"}")))
        .isInstanceOfSatisfying(
            Mapping.Unmappable.class,
            rejected -> assertThat(rejected.reason()).contains("skipped.operations=t"));
    assertThat(map(record("{\"id\":5}", "{\"op\":\"u\",\"after\":null}")))
        .isEqualTo(new Mapping.Unmappable("its change event (op u) has no \"after\""));
  }

  private static Mapping map(SinkRecord record) {
    return mapper("{\"id\":\"${key.id}\"}").route(record);
  }

  private static RecordRouter mapper(String options, String... more) {
    String[] all = new String[more.length + 8];
    String[] base = {
      "mutate.operation.id", "patchServiceTicketsById",
      "delete.operation.id", "deleteServiceTicketsById",
      "envelope", "debezium",
      "options", options
    };
    System.arraycopy(base, 0, all, 0, base.length);
    System.arraycopy(more, 0, all, base.length, more.length);
    return new RecordRouter(routes(all), Fixtures.CATALOG);
  }

  private static Call onlyCall(Mapping mapping) {
    assertThat(mapping).isInstanceOf(Mapping.Changes.class);
    return ((Mapping.Changes) mapping).changes().get(0).call();
  }
}
