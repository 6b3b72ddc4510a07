package io.psastream.connectwise.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.source.config.SourceConfig;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

/** What graphical tools offer for the keys that take an OperationId. */
class OperationIdsTest {

  private static final Catalog CATALOG = Catalog.load();

  private static List<Object> offered(Config config, String key) {
    return config.configValues().stream()
        .filter(value -> value.name().equals(key))
        .map(ConfigValue::recommendedValues)
        .findFirst()
        .orElseThrow();
  }

  private static long bytes(Config config) {
    return config.configValues().stream()
        .flatMap(value -> value.recommendedValues().stream())
        .mapToLong(value -> value.toString().getBytes(StandardCharsets.UTF_8).length + 3L)
        .sum();
  }

  @Test
  void offersEveryGetToAQueryThatHasNoOperationYet() {
    assertThat(offered(SourceConfig.validate(Map.of(), CATALOG), "operation.id"))
        .contains("getServiceTickets", "getFinanceInvoicesByIdPdf", "getCompanyCompanies")
        .allMatch(id -> id.toString().startsWith("get"));
  }

  @Test
  void offersTheOperationsOfTheSameModuleToAQueryThatHasOne() {
    Map<String, String> config =
        Map.of("queries", "tickets", "query.tickets.operation.id", "getservicetickets");

    assertThat(offered(SourceConfig.validate(config, CATALOG), "query.tickets.operation.id"))
        .contains("getServiceTickets", "getServiceBoards")
        .doesNotContain("getCompanyCompanies", "postServiceTickets");
  }

  @Test
  void offersTheOtherKeysOfARouteWhatIsInTheModuleOfTheOneThatIsGiven() {
    Map<String, String> config =
        Map.of("topics", "t", "mutate.operation.id", "patchServiceTicketsById");

    assertThat(offered(SinkConfig.validate(config, CATALOG), "delete.operation.id"))
        .contains("deleteServiceTicketsById")
        .doesNotContain("deleteCompanyCompaniesById");
  }

  @Test
  void offersEachKeyOfARouteWhatFitsIt() {
    Config config = SinkConfig.validate(Map.of("topics", "t"), CATALOG);

    assertThat(offered(config, "mutate.operation.id"))
        .contains("postServiceTickets", "patchServiceTicketsById")
        .doesNotContain("getServiceTickets");
    assertThat(offered(config, "delete.operation.id"))
        .contains("deleteServiceTicketsById")
        .doesNotContain("postServiceTickets");
    assertThat(offered(config, "lookup.operation.id"))
        .contains("getServiceTickets")
        .doesNotContain("getServiceTicketsById", "getServiceTicketsCount");
    assertThat(offered(config, "create.operation.id"))
        .contains("postServiceTickets")
        .doesNotContain("putServiceTicketsById");
    assertThat(offered(config, "update.operation.id"))
        .contains("putServiceTicketsById", "patchServiceTicketsById")
        .doesNotContain("postServiceTickets");
  }

  @Test
  void keepsTheAnswerSmall() {
    Map<String, String> twenty = new HashMap<>();
    List<String> aliases = IntStream.range(0, 20).mapToObj(i -> "q" + i).toList();
    twenty.put("queries", String.join(",", aliases));
    aliases.forEach(alias -> twenty.put("query." + alias + ".operation.id", "getServiceTickets"));

    assertThat(bytes(SourceConfig.validate(Map.of(), CATALOG))).isLessThan(64 * 1024);
    assertThat(bytes(SinkConfig.validate(Map.of("topics", "t"), CATALOG))).isLessThan(256 * 1024);
    assertThat(bytes(SourceConfig.validate(twenty, CATALOG))).isLessThan(256 * 1024);
  }
}
