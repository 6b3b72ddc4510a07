package io.psastream.connectwise.sandbox.bench;

/** What is measured. */
enum Subject {
  /** A source task that hands over slices of pages it has fetched before. */
  HAND_OVER("do-nothing source"),
  /** The same with Structs that the connector has built before, for typed values. */
  HAND_OVER_TYPED("do-nothing source, typed"),
  /** A source task that fetches pages ahead and hands over pieces of them, looking into none. */
  FETCH("fetching source"),
  /** One HTTP request after the other, one parse, one producer, no Connect. */
  LOOP("bare loop"),
  /** The connector with {@code schema.mode=none}. */
  NONE("connector, none"),
  /** The connector with {@code schema.mode=json}. */
  JSON("connector, json"),
  /** The same with the ByteArrayConverter. */
  BYTES("connector, json as bytes"),
  /** The connector with {@code schema.mode=typed}. */
  TYPED("connector, typed");

  private final String text;

  Subject(String text) {
    this.text = text;
  }

  /** Whether it is one of the connector's modes. */
  boolean connector() {
    return !handsOver() && this != FETCH && this != LOOP;
  }

  /** Whether it asks nobody for anything while it runs. */
  boolean handsOver() {
    return this == HAND_OVER || this == HAND_OVER_TYPED;
  }

  /** What it is to be compared with. */
  Subject reference() {
    return this == TYPED ? HAND_OVER_TYPED : HAND_OVER;
  }

  /** Whether several requests may be in flight. */
  boolean readsAhead() {
    return connector() || this == FETCH;
  }

  @Override
  public String toString() {
    return text;
  }
}
