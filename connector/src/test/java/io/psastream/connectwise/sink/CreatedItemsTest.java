package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.psastream.connectwise.client.Call;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CreatedItemsTest {

  private static final Duration MEMORY = Duration.ofSeconds(60);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // wraps around
  private final CreatedItems created = new CreatedItems(nanos::get);

  @Test
  void remembersForItsTime() {
    created.remember(look("a"), item(5));

    nanos.addAndGet(MEMORY.toNanos() - 1);
    assertThat(created.id(look("A"), MEMORY)).contains("5");
    nanos.incrementAndGet();
    assertThat(created.id(look("A"), MEMORY)).isEmpty();
  }

  @Test
  void forgetsTheOldestWhenItIsFull() {
    for (int i = 0; i <= CreatedItems.MOST; i++) {
      created.remember(look("k" + i), item(i));
    }

    assertThat(created.id(look("k0"), MEMORY)).isEmpty();
    assertThat(created.id(look("k1"), MEMORY)).contains("1");
    assertThat(created.id(look("k" + CreatedItems.MOST), MEMORY)).isPresent();
  }

  @Test
  void onlyForAWhileAfterAnAssignmentAnotherTaskMayHaveCreatedWhatIsNotFound() {
    Duration lag = Duration.ofSeconds(15);
    assertThat(created.wait(lag)).isZero();

    created.assigned();
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(created.wait(lag)).isEqualTo(Duration.ofSeconds(10));
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(created.wait(lag)).isLessThanOrEqualTo(Duration.ZERO);
  }

  private static Call look(String key) {
    return Call.of(
        Fixtures.CATALOG.operation("getServiceTickets"),
        Map.of(),
        Map.of("conditions", "externalXRef=\"" + key + "\""));
  }

  private static JsonNode item(int id) {
    return JsonNodeFactory.instance.objectNode().put("id", id);
  }
}
