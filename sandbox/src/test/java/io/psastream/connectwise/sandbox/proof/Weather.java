package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.fault.ActiveFault;
import io.psastream.connectwise.simulator.fault.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Faults of a double, a few at a time and by chance. They delay, damage and lose. Left out are
 * those that are told to a person on purpose, since they stop a task or reject a record: wrong
 * keys, refusals, 500 without a reason, answers that are not the API's, and lists that end early
 * and say nothing about it.
 */
final class Weather {
  private static final int MOST_AT_ONCE = 3;
  private static final int MOST_PERCENT = 15;

  private static final List<Fault> ANYWHERE =
      List.of(
          Fault.of("rateLimit").with("retryAfter", "none"),
          Fault.of("rateLimit").with("retryAfter", 1).with("body", "html"),
          Fault.of("unavailable").with("status", 502),
          Fault.of("unavailable").with("status", 503).with("body", "json"),
          Fault.of("unavailable").with("status", 504).with("body", "empty"),
          Fault.of("dropConnection"),
          Fault.of("dropRequest"),
          Fault.of("truncatedBody"),
          Fault.of("latency").with("ms", 300),
          Fault.of("contentType"),
          Fault.of("longFileName"));

  private static final List<Fault> READING =
      List.of(
          Fault.of("timeout500").with("abovePageSize", 50),
          Fault.of("slowAbovePageSize").with("pageSize", 50).with("ms", 500),
          Fault.of("maxPageSize").with("mode", "cap").with("max", 30),
          Fault.of("forwardOnlyUnsupported"),
          Fault.of("linkLastPage"),
          Fault.of("linkStyle"),
          Fault.of("noLink"),
          Fault.of("oddShape"),
          listLag(Duration.ofSeconds(1)));

  private static final List<Fault> WRITING =
      List.of(
          Fault.of("applyThenDrop").method("POST"),
          Fault.of("applyThenDrop").method("PATCH"),
          Fault.of("emptyBody").method("POST"));

  private final Simulator simulator;
  private final List<Fault> faults;
  private final Random random;
  private final List<ActiveFault> now = new ArrayList<>();

  private Weather(Simulator simulator, List<Fault> more, Random random) {
    this.simulator = simulator;
    this.faults = Stream.concat(ANYWHERE.stream(), more.stream()).toList();
    this.random = random;
  }

  static Weather ofReading(Simulator simulator, Random random) {
    return new Weather(simulator, READING, random);
  }

  /**
   * @param lag how long lists may not show what was written
   */
  static Weather ofWriting(Simulator simulator, Duration lag, Random random) {
    List<Fault> all = Stream.concat(WRITING.stream(), Stream.of(listLag(lag))).toList();
    return new Weather(simulator, all, random);
  }

  private static Fault listLag(Duration lag) {
    return Fault.of("listLag").with("ms", lag.toMillis());
  }

  /** Other faults from now on. */
  void change() {
    clear();
    for (int more = random.nextInt(MOST_AT_ONCE + 1); more > 0; more--) {
      Fault fault = faults.get(random.nextInt(faults.size()));
      now.add(simulator.faults().add(fault.percent(1 + random.nextInt(MOST_PERCENT))));
    }
  }

  /** No faults from now on. */
  void clear() {
    now.forEach(fault -> simulator.faults().remove(fault.id()));
    now.clear();
  }
}
