package io.psastream.connectwise.data;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.SlicingParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Finds the items of a list by the bytes of its JSON, which costs less than the tokens of a parser.
 *
 * <p>It takes nothing that a parser would refuse, and not all that one takes: at whatever is broken
 * or is not what lists usually are, it stops and leaves the rest to a parser, which knows what it
 * is or what is wrong with it.
 */
final class ItemScanner {

  private static final int MOST_LEVELS = 32;

  /** What a parser reads in the place of items, with as many blanks as it takes; a null is none. */
  private static final String PASSED = "[null ";

  private final JsonBytes json;
  private final LastUpdated times;
  private OptionalLong id = OptionalLong.empty();
  private Optional<Instant> lastUpdated = Optional.empty();
  private Optional<String> updatedBy = Optional.empty();
  private int start;
  private boolean complete;

  /**
   * @param in the list, in valid UTF-8
   */
  ItemScanner(InputStream in, LastUpdated times) {
    this.json = new JsonBytes(in);
    this.times = times;
  }

  /**
   * Passes on the items that it takes.
   *
   * @return whether they are all; if not, {@link #rest} has the others
   */
  boolean eachItem(Consumer<? super Item> items) throws IOException {
    while (true) {
      if (item()) {
        JsonText text = new JsonText(json.since(start));
        items.accept(new Item(id, lastUpdated, updatedBy, Map.of(), text));
        json.mark();
      } else if (complete || json.inside() || !json.fill()) {
        return complete;
      }
    }
  }

  /** A parser of the rest of the list; its locations are those of the whole text. */
  SlicingParser rest() throws IOException {
    return new SlicingParser(new SequenceInputStream(passed(json.passed()), json.rest()));
  }

  private static InputStream passed(long bytes) {
    return new InputStream() {
      private long at;

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
      }

      @Override
      public int read(byte[] into, int offset, int most) {
        int count = (int) Math.min(most, bytes - at);
        for (int i = 0; i < count; i++) {
          into[offset + i] = (byte) PASSED.charAt((int) Math.min(at++, PASSED.length() - 1));
        }
        return count > 0 ? count : -1;
      }
    };
  }

  /** Goes over the next item, with what is before it, or over the end of the list. */
  private boolean item() {
    id = OptionalLong.empty();
    lastUpdated = Optional.empty();
    updatedBy = Optional.empty();
    json.reset();
    boolean first = json.passed() == 0;
    boolean due = json.take(first ? '[' : ',');
    if (due == first && json.take(']')) {
      complete = json.atEnd();
      return false;
    }
    start = json.tokenPlace();
    return due && json.token() == '{' && members('{', 1, false);
  }

  private boolean value(int level, boolean info) {
    byte first = json.token();
    return switch (first) {
      case '"' -> json.string();
      case '{', '[' -> members((char) first, level + 1, info);
      case 't' -> json.word("true");
      case 'f' -> json.word("false");
      case 'n' -> json.word("null");
      default -> json.number();
    };
  }

  /**
   * Goes over an object or an array.
   *
   * @param info whether it is the {@code _info} of the item
   */
  private boolean members(char open, int level, boolean info) {
    boolean object = open == '{';
    char close = object ? '}' : ']';
    json.take(open);
    if (json.take(close)) {
      return level > 1; // an item without fields is no usual one, and has no room for PASSED
    }
    do {
      if (level > MOST_LEVELS || !(object ? member(level, info) : value(level, false))) {
        return false;
      }
    } while (json.take(','));
    return json.take(close);
  }

  private boolean member(int level, boolean info) {
    int name = json.tokenPlace();
    if (!json.name() || !json.take(':')) {
      return false;
    }
    int value = json.tokenPlace();
    boolean text = json.token() == '"';
    if (!value(level, level == 1 && json.isName("_info", name))) {
      return false;
    }
    if (level == 1 && json.isName("id", name)) {
      id = json.wholeSince(value);
      return id.isPresent();
    }
    return !(info && text) || info(name, value);
  }

  private boolean info(int name, int value) {
    if (json.isName("lastUpdated", name)) {
      lastUpdated = times.in(json.stringSince(value));
      return !json.escaped();
    }
    if (json.isName("updatedBy", name)) {
      updatedBy = Optional.of(json.stringSince(value));
      return !json.escaped();
    }
    return true;
  }
}
