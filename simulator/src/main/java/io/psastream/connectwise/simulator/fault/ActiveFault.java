package io.psastream.connectwise.simulator.fault;

import io.psastream.connectwise.simulator.http.Request;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A fault that is switched on: it counts what it hits and ends after its number of times. */
public final class ActiveFault {

  private final int id;
  private final Fault fault;
  private final Behaviour behaviour;
  private final Pattern path;
  private final AtomicInteger hits = new AtomicInteger();
  private final Random chance;

  ActiveFault(int id, Fault fault, Behaviour behaviour) {
    this.id = id;
    this.fault = fault;
    this.chance = new Random(id);
    this.behaviour = behaviour;
    this.path = fault.path().map(ActiveFault::pattern).orElse(Pattern.compile(".*"));
  }

  private static Pattern pattern(String path) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      if (path.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (path.charAt(i) == '*') {
        regex.append("[^/]*");
      } else {
        regex.append(Pattern.quote(path.substring(i, i + 1)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
  }

  public int id() {
    return id;
  }

  public Fault fault() {
    return fault;
  }

  /** How many requests it has hit. */
  public int hits() {
    return hits.get();
  }

  /** Whether it has hit as many requests as it was to. */
  public boolean usedUp() {
    return fault.times() > 0 && hits.get() >= fault.times();
  }

  Behaviour behaviour() {
    return behaviour;
  }

  /** Whether it hits this request; counts it when it does. */
  boolean take(Request request) {
    boolean method = fault.method().map(request.method()::equalsIgnoreCase).orElse(true);
    if (!method || !path.matcher(request.apiPath()).matches() || !behaviour.hits(request)) {
      return false;
    }
    if (fault.percent() < 100 && chance.nextInt(100) >= fault.percent()) {
      return false;
    }
    if (fault.times() == 0) {
      hits.incrementAndGet();
      return true;
    }
    return hits.getAndUpdate(n -> Math.min(n + 1, fault.times())) < fault.times();
  }
}
