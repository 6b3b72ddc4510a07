package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Call;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * What a task has created by look-ups, since a list may show a create only seconds later (P35). It
 * holds the newest {@link #MOST} items. Safe for several threads.
 */
final class CreatedItems {

  /** Far more than a site creates in a minute, and a few megabytes. */
  static final int MOST = 10_000;

  private static final Pattern QUOTES = Pattern.compile("[\"']");

  private final LongSupplier nanos;
  private final Map<String, Created> byLook = new LinkedHashMap<>();
  private OptionalLong assigned = OptionalLong.empty();

  /**
   * An item.
   *
   * @param said which texts of the look-up its values were when it was created
   */
  private record Created(String id, Set<String> said, long at) {}

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  CreatedItems(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Partitions were assigned, whose last records another task may have applied. */
  synchronized void assigned() {
    assigned = OptionalLong.of(nanos.getAsLong());
  }

  /**
   * How long it yet takes before a look-up that finds nothing says that there is nothing, because
   * another task may have created the item just before, from this record or an earlier one of the
   * item; zero or less when it says so now.
   */
  synchronized Duration wait(Duration lag) {
    return assigned.isPresent()
        ? lag.minusNanos(nanos.getAsLong() - assigned.getAsLong())
        : Duration.ZERO;
  }

  /** Remembers what the look-up is to find from now on, where its id is known. */
  synchronized void remember(Call look, JsonNode item) {
    String key = key(look);
    byLook.remove(key);
    String id = item.path("id").asText();
    if (id.isBlank()) {
      return;
    }
    byLook.put(key, new Created(id, said(look, item), nanos.getAsLong()));
    if (byLook.size() > MOST) {
      byLook.remove(byLook.keySet().iterator().next());
    }
  }

  /** The id of what was created by a look-up within this time. */
  synchronized Optional<String> id(Call look, Duration memory) {
    return Optional.ofNullable(byLook.get(key(look)))
        .filter(it -> nanos.getAsLong() - it.at() < memory.toNanos())
        .map(Created::id);
  }

  /** Whether an item that was created by a look-up still says what it was looked up by. */
  synchronized boolean isStill(Call look, JsonNode item) {
    Created created = byLook.get(key(look));
    return created != null && said(look, item).containsAll(created.said());
  }

  /** It is not there any more, or no longer what the look-up finds. */
  synchronized void forget(Call look) {
    byLook.remove(key(look));
  }

  /** ConnectWise compares texts without regard to case, so keys of two cases are one item's. */
  private static String key(Call look) {
    return (look.operation().id() + look.path() + look.query()).toLowerCase(Locale.ROOT);
  }

  private static Set<String> said(Call look, JsonNode item) {
    Set<String> asked = new HashSet<>();
    look.query().values().forEach(text -> QUOTES.splitAsStream(lower(text)).forEach(asked::add));
    Set<String> said = new HashSet<>();
    collect(item, asked, said);
    return said;
  }

  private static void collect(JsonNode node, Set<String> asked, Set<String> said) {
    if (node.isContainerNode()) {
      node.forEach(child -> collect(child, asked, said));
    } else if (asked.contains(lower(node.asText()))) {
      said.add(lower(node.asText()));
    }
  }

  private static String lower(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
