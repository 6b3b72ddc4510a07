package io.psastream.connectwise.sandbox.bench;

/** How the producer is set up. */
enum Tuning {
  /** As the worker does it. */
  DEFAULT,
  /** With the overrides of the examples. */
  OVERRIDES;

  @Override
  public String toString() {
    return this == DEFAULT ? "default" : "overrides";
  }
}
