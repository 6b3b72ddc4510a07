package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists read whole from a ConnectWise double in good days and bad. */
@ExtendWith(SimulatorExtension.class)
class SimulatedReadingTest {

  private static final int TICKETS = 230;

  private Simulator simulator;
  private ConnectWiseClient client;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    simulator.seed().tickets(TICKETS);
    client = Calls.settings(simulator).timeout(Duration.ofSeconds(5)).open();
  }

  @AfterEach
  void stop() {
    client.close();
  }

  private PageReader reader(PagingStrategy strategy, Map<String, String> options, long start) {
    return new PageReader(
        client,
        Calls.tickets(options),
        Optional.empty(),
        new Paging(strategy, 50, Calls.ITEMS),
        start);
  }

  private static List<Long> ids(PageReader reader) {
    List<Long> ids = new ArrayList<>();
    Page page;
    do {
      page = reader.next();
      page.items().forEach(item -> ids.add(item.id().orElseThrow()));
    } while (!page.last());
    return ids;
  }

  private static List<Long> from(long first) {
    return LongStream.rangeClosed(first, TICKETS).boxed().toList();
  }

  @ParameterizedTest
  @EnumSource
  void everyStrategyReadsTheWholeListFromAnyPosition(PagingStrategy strategy) {
    assertThat(ids(reader(strategy, Map.of(), 0))).isEqualTo(from(1));
    assertThat(ids(reader(strategy, Map.of(), 73))).isEqualTo(from(74));
    assertThat(ids(reader(strategy, Map.of("conditions", "id > 100"), 0))).isEqualTo(from(101));
  }

  @ParameterizedTest
  @EnumSource
  void someFieldsStillGiveIdAndLastUpdated(PagingStrategy strategy) {
    Page page = reader(strategy, Map.of("fields", "summary"), 0).next();

    assertThat(page.items()).hasSize(50);
    assertThat(page.items())
        .allMatch(item -> item.id().isPresent() && item.lastUpdated().isPresent());
    assertThat(page.items().get(0).content().toString()).doesNotContain("\"board\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rateLimit",
        "unavailable",
        "blankPage",
        "emptyBody",
        "truncatedBody",
        "dropConnection",
        "dropRequest",
        "htmlPage",
        "flaky500",
        "timeout500",
      })
  void aTroubleThatPassesCostsNoItem(String fault) {
    Fault passing = Fault.of(fault).times(1);
    simulator.faults().add(fault.equals("rateLimit") ? passing.with("retryAfter", 1) : passing);

    assertThat(ids(reader(PagingStrategy.KEYSET, Map.of(), 0))).isEqualTo(from(1));
  }

  @Test
  void aSiteThatMovesToAnotherCodebaseIsReadOn() {
    client.close();
    client = Calls.settings(simulator).codebase("auto").open();
    PageReader reader = reader(PagingStrategy.KEYSET, Map.of(), 0);
    reader.next();

    simulator.setCodebase("v2026_2");

    assertThat(ids(reader)).isEqualTo(from(51));
  }

  @Test
  void pagesThatAreTooSlowAreAskedForInSmallerPieces() {
    client.close();
    client = Calls.settings(simulator).timeout(Duration.ofMillis(500)).open();
    simulator.faults().add(Fault.of("slowAbovePageSize").with("pageSize", 25).with("ms", 2_000));

    assertThat(ids(reader(PagingStrategy.KEYSET, Map.of(), 0))).isEqualTo(from(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reject", "clamp"})
  void aServerWithSmallerPagesIsReadWhole(String mode) {
    simulator.faults().add(Fault.of("maxPageSize").with("max", 30).with("mode", mode));

    for (PagingStrategy strategy : PagingStrategy.values()) {
      assertThat(ids(reader(strategy, Map.of(), 0))).isEqualTo(from(1));
      assertThat(ids(reader(strategy, Map.of(), 73))).isEqualTo(from(74));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"absent", "empty", "nextAnyway"})
  void forwardOnlyEndsWhateverTheLastLinkIs(String form) {
    simulator.faults().add(Fault.of("linkLastPage").with("form", form));

    assertThat(ids(reader(PagingStrategy.FORWARD_ONLY, Map.of(), 0))).isEqualTo(from(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"foreignHost", "doubleSlash", "ampNoQuestion"})
  void linksAreNeverFollowed(String style) {
    simulator.faults().add(Fault.of("linkStyle").with("style", style));

    assertThat(ids(reader(PagingStrategy.FORWARD_ONLY, Map.of(), 0))).isEqualTo(from(1));
  }

  @Test
  void forwardOnlyWithoutAnyLinkStillReadsAll() {
    simulator.faults().add(Fault.of("noLink"));

    assertThat(ids(reader(PagingStrategy.FORWARD_ONLY, Map.of(), 0))).isEqualTo(from(1));
  }

  @Test
  void aServerWithoutForwardOnlyIsRefusedAndNamesThePaging() {
    simulator.faults().add(Fault.of("forwardOnlyUnsupported"));

    assertThatThrownBy(() -> ids(reader(PagingStrategy.FORWARD_ONLY, Map.of(), 0)))
        .isInstanceOf(ApiException.class)
        .hasMessageEndingWith(
            "Set paging of this query to another strategy (keyset, forward-only or page)");
  }
}
