package io.psastream.connectwise.simulator.fault;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A fault to switch on: which, for which requests, how often. Immutable; the methods return changed
 * copies.
 *
 * @param kind what goes wrong
 * @param method the method of the requests it concerns; empty for all
 * @param path their path below {@code /apis/3.0}; {@code *} stands for one segment, {@code **} for
 *     any number; empty for all
 * @param times how many matching requests it hits before it is used up; 0 for no end
 * @param percent how many of a hundred matching requests it hits, by chance that repeats itself
 * @param parameters the values of its parameters, where they differ from the kind's defaults
 */
public record Fault(
    FaultKind kind,
    Optional<String> method,
    Optional<String> path,
    int times,
    int percent,
    Map<String, String> parameters) {

  public Fault {
    parameters = Map.copyOf(parameters);
    for (String name : parameters.keySet()) {
      if (!kind.parameters().containsKey(name)) {
        throw new IllegalArgumentException(
            "The fault "
                + kind.text()
                + " has no parameter "
                + name
                + ": "
                + kind.parameters().keySet());
      }
    }
  }

  /** The fault of this name, for every request and without end. */
  public static Fault of(String name) {
    return of(FaultKind.named(name));
  }

  public static Fault of(FaultKind kind) {
    return new Fault(kind, kind.method(), kind.path(), 0, 100, Map.of());
  }

  public Fault on(String path) {
    return new Fault(kind, method, Optional.of(path), times, percent, parameters);
  }

  public Fault method(String method) {
    return new Fault(kind, Optional.of(method), path, times, percent, parameters);
  }

  public Fault times(int times) {
    return new Fault(kind, method, path, times, percent, parameters);
  }

  public Fault percent(int percent) {
    return new Fault(kind, method, path, times, percent, parameters);
  }

  public Fault with(String name, Object value) {
    Map<String, String> more = new HashMap<>(parameters);
    more.put(name, value.toString());
    return new Fault(kind, method, path, times, percent, more);
  }

  /** The value of a parameter, or its default. */
  public String text(String name) {
    return parameters.getOrDefault(name, kind.parameters().get(name));
  }

  /** The value of a parameter that is a whole number. */
  public long number(String name) {
    return Long.parseLong(text(name));
  }
}
