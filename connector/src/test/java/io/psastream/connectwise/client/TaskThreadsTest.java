package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.TestLogging;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class TaskThreadsTest {

  @AfterEach
  void clear() {
    MDC.clear();
  }

  @Test
  void aThreadLogsAsTheTaskThatHasMadeTheFactoryWhoeverStartsIt() throws InterruptedException {
    MDC.put(TestLogging.CONTEXT, "[tickets|task-0] ");
    TaskThreads threads = new TaskThreads("connectwise-test");
    MDC.put(TestLogging.CONTEXT, "[another|task-1] ");
    List<String> seen = Collections.synchronizedList(new ArrayList<>());

    for (int i = 0; i < 2; i++) {
      Thread thread =
          threads.newThread(
              () -> seen.add(Thread.currentThread().getName() + MDC.get(TestLogging.CONTEXT)));
      thread.start();
      thread.join();
    }

    assertThat(seen)
        .containsExactly(
            "connectwise-test-1[tickets|task-0] ", "connectwise-test-2[tickets|task-0] ");
  }

  @Test
  void aTaskWithoutAContextHasThreadsWithoutOne() throws InterruptedException {
    List<Object> seen = new ArrayList<>();
    Thread thread =
        new TaskThreads("t").newThread(() -> seen.add(MDC.getCopyOfContextMap() == null));
    thread.start();
    thread.join();

    assertThat(seen).hasSize(1);
    assertThat(thread.isDaemon()).isTrue();
  }
}
