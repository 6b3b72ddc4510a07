package io.psastream.connectwise.sink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.sink.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes go by the names that topics have after the connector's transforms. */
class RouteTopicsTest {

  private static final String KAFKA = "org.apache.kafka.connect.transforms.";
  private static final String[] ROUTER = {
    "transforms", "flat, short",
    "transforms.flat.type", KAFKA + "Flatten$Value",
    "transforms.short.type", KAFKA + "RegexRouter",
    "transforms.short.regex", "psa\\.(.*)",
    "transforms.short.replacement", "$1"
  };

  @Test
  void takesTheNamesAfterARouter() {
    assertThatCode(() -> routes("psa.a, psa.b", "a", "b", ROUTER)).doesNotThrowAnyException();
  }

  @Test
  void refusesTheNamesBeforeARouter() {
    assertThatThrownBy(() -> routes("psa.a, psa.b", "psa.a", "b", ROUTER))
        .hasMessageContaining(
            "route.x.topics: \"psa.a\" is none of the connector's topics after its transforms")
        .hasMessageContaining("no route takes the topic \"a\"");
  }

  @Test
  void takesBothNamesWhereAPredicateDecides() {
    String[] some = with(ROUTER, "transforms.short.predicate", "p");

    assertThatCode(() -> routes("psa.a", "a", "psa.a", some)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({KAFKA + "TimestampRouter", "com.acme.Rename", "TimestampRouter"})
  void takesAnyNameWhereATransformationMayGiveIt(String type) {
    assertThatCode(() -> routes("psa.a", "x1", "x2", "transforms", "t", "transforms.t.type", type))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesNamesAndPatternsThatNoRecordComesTo() {
    assertThatThrownBy(() -> routes("psa.a, psa.b", "psa.a", "psa.b, psa.bb"))
        .hasMessageContaining("route.y.topics: \"psa.bb\" is none of the connector's topics")
        .hasMessageContaining("Did you mean psa.b?");
    assertThatThrownBy(
            () -> routes("psa.a, psa.b", "psa.a", "psa.b", "route.y.topics.regex", "tickets\\..*"))
        .hasMessageContaining("route.y.topics.regex: matches none of the connector's topics");
    assertThatThrownBy(() -> routes("", "psa.a", "crm.a", "topics.regex", "psa\\..*"))
        .hasMessageContaining("\"crm.a\" is none of")
        .hasMessageContaining("does not match topics.regex");
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(some));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private static void routes(String topics, String x, String y, String... more) {
    String[] base = {
      "routes",
      "x, y",
      "mutate.operation.id",
      "postServiceTickets",
      "route.x.topics",
      x,
      "route.y.topics",
      y,
      "topics",
      topics
    };
    assertThat(Fixtures.routes(with(base, more))).hasSize(2);
  }
}
