package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many items to ask for: what the user set, halved when the server takes too long (P9), won
 * back slowly, and never more than the server says it permits (P17). Pure.
 */
final class PageSize {

  private static final int FLOOR = 25;
  private static final int GOOD_PAGES = 8;
  private static final int GOOD_PAGES_MAX = 1_024;
  private static final Pattern UPPER_BOUND = Pattern.compile("\\band (\\d{1,4})\\b");

  private final boolean adaptive;
  private int most;
  private int current;
  private int good;

  /** Good pages in a row before more is tried; doubles each time that more was too much. */
  private int wanted = GOOD_PAGES;

  private boolean grown;

  /**
   * @param adaptive whether timeouts change it
   */
  PageSize(int size, boolean adaptive) {
    this.most = size;
    this.current = size;
    this.adaptive = adaptive;
  }

  int current() {
    return current;
  }

  /** Whether a timeout would be answered by asking for less. */
  boolean canShrink() {
    return adaptive && current > FLOOR;
  }

  /**
   * @param asked the size that was asked for
   */
  void succeeded(int asked) {
    if (asked == current && current < most && ++good >= wanted) {
      current = Math.min(most, current * 2);
      good = 0;
      grown = true;
    }
  }

  /**
   * Whether less is to be asked for after this failure; false when that would not help.
   *
   * @param asked the size that was asked for; of several pages that fail side by side only the
   *     first makes the next ones smaller
   */
  boolean shrinkAfter(Failure failure, int asked) {
    if (asked > current) {
      return failure.kind() == Kind.TIMEOUT
          || failure.details().stream().anyMatch(PageSize::tooLarge);
    }
    if (failure.kind() == Kind.TIMEOUT && canShrink()) {
      current = Math.max(FLOOR, current / 2);
      good = 0;
      wanted = grown ? Math.min(GOOD_PAGES_MAX, wanted * 2) : wanted;
      grown = false;
      return true;
    }
    return failure.details().stream().filter(PageSize::tooLarge).anyMatch(this::limit);
  }

  private static boolean tooLarge(Failure.Detail detail) {
    return detail.code().filter("OutOfRange"::equalsIgnoreCase).isPresent()
        && detail.field().filter("pageSize"::equalsIgnoreCase).isPresent();
  }

  /** "The field pageSize must be between 1 and 100." */
  private boolean limit(Failure.Detail detail) {
    Matcher bound = UPPER_BOUND.matcher(detail.message().orElse(""));
    int permitted = bound.find() ? Integer.parseInt(bound.group(1)) : current / 2;
    if (permitted < 1 || permitted >= current) {
      return false;
    }
    most = permitted;
    current = permitted;
    return true;
  }
}
