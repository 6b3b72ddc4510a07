package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.Item;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** Answers of a list, for the classes that read them without a client. */
final class Answers {

  private Answers() {}

  /** Items with these ids. */
  static List<Item> ids(long... ids) {
    return LongStream.of(ids)
        .mapToObj(id -> new Item(OptionalLong.of(id), Optional.empty(), id))
        .toList();
  }

  /** Items without an id, told apart by their content. */
  static List<Item> contents(int from, int to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(content -> new Item(OptionalLong.empty(), Optional.empty(), content))
        .toList();
  }

  static Answer<Item> page(List<Item> items) {
    return page(items, null);
  }

  /** A page with a {@code Link} header; null for none. */
  static Answer<Item> page(List<Item> items, String link) {
    return new Answer<>(
        200, items, false, Optional.ofNullable(link), Optional.empty(), CallStats.NONE);
  }
}
