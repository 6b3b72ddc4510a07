package io.psastream.connectwise.sandbox.bench;

/**
 * One thing to measure.
 *
 * @param latency milliseconds that the site takes for each page
 * @param inFlight the connector's {@code max.in.flight.requests}
 * @param exactlyOnce whether the worker writes records and offsets in one transaction
 */
record Case(Subject subject, Tuning tuning, int latency, int inFlight, boolean exactlyOnce) {

  Case(Subject subject, Tuning tuning, int latency, int inFlight) {
    this(subject, tuning, latency, inFlight, false);
  }

  /** What it is called in a table. */
  String name() {
    return exactlyOnce ? subject + ", exactly once" : subject.toString();
  }

  String text() {
    return "%s, %s producer, %d ms, %d in flight".formatted(name(), tuning, latency, inFlight);
  }
}
