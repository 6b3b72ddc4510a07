package io.psastream.connectwise.sandbox.bench;

/** What is measured. */
enum Subject {
  /** A source task that hands over slices of pages it has fetched before. */
  HAND_OVER("do-nothing source"),
  /** The same with Structs that the connector has built before, for typed values. */
  HAND_OVER_TYPED("do-nothing source, typed"),
  /** A source task that fetches pages ahead and hands over pieces of them, looking into none. */
  FETCH("fetching source"),
  /** The same with Structs that the connector has built before, one for each piece. */
  FETCH_TYPED("fetching source, typed"),
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
    return !handsOver() && !fetches() && this != LOOP;
  }

  /** Whether it asks nobody for anything while it runs. */
  boolean handsOver() {
    return this == HAND_OVER || this == HAND_OVER_TYPED;
  }

  /** Whether it fetches pages and looks into none. */
  boolean fetches() {
    return this == FETCH || this == FETCH_TYPED;
  }

  /** Whether its values are Structs. */
  boolean typed() {
    return this == TYPED || this == FETCH_TYPED || this == HAND_OVER_TYPED;
  }

  /** The source that has such values already. */
  Subject handedOver() {
    return typed() ? HAND_OVER_TYPED : HAND_OVER;
  }

  /** The source that has such values already, and fetches pages nevertheless. */
  Subject fetching() {
    return typed() ? FETCH_TYPED : FETCH;
  }

  /** Whether several requests may be in flight. */
  boolean readsAhead() {
    return connector() || fetches();
  }

  @Override
  public String toString() {
    return text;
  }
}
