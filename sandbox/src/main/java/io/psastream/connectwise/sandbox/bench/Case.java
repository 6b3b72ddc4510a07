package io.psastream.connectwise.sandbox.bench;

/**
 * One thing to measure.
 *
 * @param latency milliseconds that the site takes for each page
 * @param inFlight the connector's {@code max.in.flight.requests}
 */
record Case(Subject subject, Tuning tuning, int latency, int inFlight) {

  String text() {
    return "%s, %s producer, %d ms, %d in flight".formatted(subject, tuning, latency, inFlight);
  }
}
