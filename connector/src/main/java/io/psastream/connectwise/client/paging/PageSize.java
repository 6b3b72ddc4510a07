package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page size to request: the configured one, halved when the server times out (P9) or the page
 * is too large, doubled again after a number of pages that succeeded (one, behind an item that is
 * left out), and never above the limit that the server states (P17). Pure but for what it tells.
 */
final class PageSize {

  /** Failure, new size, old size. */
  private static final String SMALLER =
      "%s. Retrying with %d items per page instead of %d; if this happens often, lower page.size";

  private static final int MIN = 25;
  private static final int SUCCESSES = 8;
  private static final int SUCCESSES_MAX = 1_024;
  private static final Pattern UPPER_BOUND = Pattern.compile("\\band (\\d{1,4})\\b");

  private final boolean adaptive;
  private int max;
  private int current;
  private int successes;

  /**
   * Pages in a row before the size is doubled; twice as many after each size that was too large.
   */
  private int successesNeeded = SUCCESSES;

  private boolean grown;

  /**
   * @param adaptive whether a timeout halves the size
   */
  PageSize(int size, boolean adaptive) {
    this.max = size;
    this.current = size;
    this.adaptive = adaptive;
  }

  int current() {
    return current;
  }

  /** Warns that a page is requested again with a smaller size than before. */
  void tell(ConnectWiseClient client, Call call, ApiException failure, int before) {
    client.remark(
        "pages of " + call.operation().id() + " are too large",
        SMALLER.formatted(failure.getMessage(), current, before));
  }

  /** Whether a timeout would lead to a smaller size. */
  boolean canShrink() {
    return adaptive && current > MIN;
  }

  /** Whether a page that is too large would lead to a smaller size. */
  boolean canDivide() {
    return adaptive && current > 1;
  }

  /**
   * Counts a page that succeeded.
   *
   * @param asked the size that was requested
   */
  void succeeded(int asked) {
    if (asked == current && current < max && ++successes >= successesNeeded) {
      current = Math.min(max, current * 2);
      successes = 0;
      grown = true;
      if (current == max) {
        successesNeeded = Math.max(SUCCESSES, successesNeeded);
      }
    }
  }

  /** One item was too large, which is no reason to read those behind it in small pages. */
  void leftOut() {
    successesNeeded = 1;
  }

  /**
   * Whether to retry with a smaller size after this failure; false when that would not help.
   *
   * @param asked the size that was requested; of several concurrent pages that fail only the first
   *     makes the size smaller
   */
  boolean shrinkAfter(Failure failure, int asked) {
    boolean large = failure.kind() == Kind.TOO_LARGE;
    if (asked > current) {
      return large
          || failure.mayBeTimeout()
          || failure.details().stream().anyMatch(PageSize::tooLarge);
    }
    if (large ? canDivide() : failure.mayBeTimeout() && canShrink()) {
      current = Math.max(large ? 1 : MIN, current / 2);
      successes = 0;
      successesNeeded = grown ? Math.min(SUCCESSES_MAX, successesNeeded * 2) : successesNeeded;
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
    max = permitted;
    current = permitted;
    return true;
  }
}
