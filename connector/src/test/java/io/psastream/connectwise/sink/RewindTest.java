package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Offsets that are altered by hand, where records that are read again would create again. */
class RewindTest {

  private final ConnectWiseSinkConnector sink = new ConnectWiseSinkConnector();

  /** More properties, and what is altered: an offset, or its removal, is the same. */
  private void alter(String properties, String topic) {
    Map<String, String> config = new HashMap<>(Fixtures.properties("topics", "a, b, c"));
    for (String property : properties.strip().split(" +", -1)) {
      String[] both = property.split("=", 2);
      config.put(both[0], both.length == 1 ? "" : both[1].replace('~', ' '));
    }
    for (Long offset : new Long[] {0L, 7_000_000L, null}) {
      assertThat(
              sink.alterOffsets(
                  config, Collections.singletonMap(new TopicPartition(topic, 3), offset)))
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mutate.operation.id=postServiceTickets",
        "mutate.operation.id=POST~/service/newThings",
        "operation.header=op operation.allowed=patchServiceTicketsById,postServiceTickets"
            + " mutate.operation.id=patchServiceTicketsById options={\"id\":\"${key}\"}",
        "mutate.operation.id=patchServiceTicketsById options={\"id\":\"${key}\"}"
            + " behavior.on.not.found=create",
        "mutate.operation.id=postServiceTickets transforms=x transforms.x.type=my.Own",
        "routes=t,u route.t.topics=a route.t.mutate.operation.id=postServiceTickets"
            + " route.u.topics=b,c route.u.delete.operation.id=deleteServiceTicketsById"
            + " options={\"id\":\"${key}\"}"
      })
  void isRefusedWithTheRemedyUnlessTheConfigurationAllowsIt(String properties) {
    assertThatThrownBy(() -> alter(properties, "a"))
        .isInstanceOf(ConnectException.class)
        .hasMessageContainingAll("create", "lookup.operation.id", "offsets.rewind.creates=allow");

    alter(properties + " offsets.rewind.creates=allow", "a");
    alter(properties + " ledger.topic=l ledger.bootstrap.servers=x:1", "a");
    alter(properties + " dry.run=true", "a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mutate.operation.id=patchServiceTicketsById options={\"id\":\"${key}\"}",
        "delete.operation.id=deleteServiceTicketsById options={\"id\":\"${key}\"}",
        "mutate.operation.id=postServiceTickets lookup.operation.id=getServiceTickets"
            + " lookup.conditions=externalXRef=\"${key}\"",
        "routes=t,u route.t.topics=a route.t.mutate.operation.id=patchServiceTicketsById"
            + " route.u.topics=b,c route.u.mutate.operation.id=postServiceTickets"
            + " options={\"id\":\"${key}\"}"
      })
  void isTakenWhereARecordThatIsReadAgainCreatesNothing(String properties) {
    alter(properties, "a");
  }

  /** Nobody would read it, whatever is configured for other topics. */
  @Test
  void isTakenForTheRemovalOfATopicThatIsNotConsumedAnyMore() {
    Map<String, String> config =
        Fixtures.properties("topics", "a", "mutate.operation.id", "postServiceTickets");
    for (String topic : List.of("b", "c")) {
      assertThat(
              sink.alterOffsets(
                  config, Collections.singletonMap(new TopicPartition(topic, 0), null)))
          .isTrue();
    }
  }
}
