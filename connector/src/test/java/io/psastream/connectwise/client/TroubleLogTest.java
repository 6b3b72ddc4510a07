package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.TestLogging;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.helpers.MessageFormatter;

class TroubleLogTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // wraps around
  private final List<String> lines = new ArrayList<>();
  private final List<String> contexts = new ArrayList<>();
  private TroubleLog troubles;

  @BeforeEach
  void log() {
    Logger log =
        (Logger)
            Proxy.newProxyInstance(
                Logger.class.getClassLoader(),
                new Class<?>[] {Logger.class},
                (proxy, method, given) -> {
                  Object[] values =
                      given[1] instanceof Object[] several
                          ? several
                          : Arrays.copyOfRange(given, 1, given.length);
                  contexts.add(MDC.get(TestLogging.CONTEXT));
                  lines.add(MessageFormatter.arrayFormat((String) given[0], values).getMessage());
                  return null;
                });
    troubles = new TroubleLog(log, nanos::get);
  }

  @Test
  void saysTheFirstThenHowManyAMinuteThenTheEnd() {
    for (int i = 0; i < 1_200; i++) { // two minutes, ten a second
      troubles.warn("away", "call " + i);
      pass(100);
    }
    troubles.over("away", nanos.get());
    troubles.over("away", nanos.get());

    assertThat(lines)
        .containsExactly(
            "call 0",
            "call 600 (away: 599 more since the last line)",
            "Over after 120000 ms: away (1200 times in all)");
    assertThat(troubles.lasts()).isFalse();
  }

  @Test
  void whoeverMeetsATroubleItIsTheTasksThatLogsIt() {
    MDC.put(TestLogging.CONTEXT, "[tickets|task-0] ");
    log();
    for (String thread : new String[] {null, "[another|task-1] "}) {
      MDC.clear();
      if (thread != null) {
        MDC.put(TestLogging.CONTEXT, thread);
      }
      troubles.warn("away", "first");
      troubles.warn("away", "second");
      pass(60_000);
      troubles.warn("away", "third");
      troubles.over("away", nanos.get());
      assertThat(MDC.get(TestLogging.CONTEXT)).isEqualTo(thread);
      pass(60_000);
    }
    MDC.clear();

    assertThat(lines).hasSize(6);
    assertThat(contexts).hasSize(6).containsOnly("[tickets|task-0] ");
  }

  @Test
  void aCallFromBeforeTheTroubleIsNoSignOfItsEnd() {
    long sent = nanos.get();
    pass(1);
    troubles.warn("away", "call");
    troubles.over("away", sent);

    assertThat(lines).containsExactly("call");
  }

  @Test
  void whatComesAndGoesIsSaidThreeTimesAMinuteAtMost() {
    for (int i = 0; i < 3_000; i++) { // five minutes
      troubles.warn("away", "call");
      pass(50);
      troubles.over("away", nanos.get());
      pass(50);
    }

    assertThat(lines).hasSizeBetween(9, 11);
  }

  @Test
  void troublesAreToldApartAsFarAsThatCanBeBounded() {
    for (int i = 0; i < 5_000; i++) {
      troubles.warn("trouble " + i, "call " + i);
    }

    assertThat(lines).hasSize(1_001);
  }

  @Test
  void whoTellsLessOnlyBeginsATroubleUntilNobodyElseSpeaks() {
    for (int i = 0; i < 10; i++) { // five minutes, the first three with both voices
      troubles.begin("away", "attempt " + i);
      if (i < 6) {
        troubles.warn("away", "call " + i);
      }
      pass(30_000);
    }

    assertThat(lines)
        .containsExactly(
            "attempt 0",
            "call 2 (away: 4 more since the last line)",
            "call 4 (away: 3 more since the last line)",
            "attempt 8 (away: 4 more since the last line)");
  }

  @Test
  void whatHasNotComeForAMinuteIsOver() {
    troubles.warn("old", "call");
    pass(40_000);
    troubles.warn("new", "call");
    troubles.quiet();
    pass(30_000);
    troubles.quiet();

    assertThat(lines).containsExactly("call", "call", "Over after 70000 ms: old (1 times in all)");
  }

  private void pass(long millis) {
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }
}
