package io.psastream.connectwise.sandbox.bench;

/** What is measured. */
enum Subject {
  /** A source task that hands over slices of pages it has fetched before. */
  HAND_OVER("do-nothing source"),
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
    return this != HAND_OVER && this != FETCH && this != LOOP;
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
