package io.psastream.connectwise.simulator.read;

import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.fault.FaultKind;
import io.psastream.connectwise.simulator.fault.Faults;
import io.psastream.connectwise.simulator.http.ErrorAnswer;
import io.psastream.connectwise.simulator.http.ErrorAnswer.Detail;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.route.RefusedException;
import java.util.List;
import java.util.Optional;

/**
 * Which page of a list is asked for (docs/connectwise-api.md section 3).
 *
 * @param mode by number or by id
 * @param page the number of the page, from 1; ignored when forward only
 * @param size the most items on it
 * @param afterId forward only: the id after which the page begins
 */
record Paging(Mode mode, int page, int size, long afterId) {

  /** The ways through a list. */
  enum Mode {
    /** By number, with links to other pages. */
    NAVIGABLE,
    /** By id, with a link to the next page. */
    FORWARD_ONLY,
    /** By number although forward-only was asked for; the missing link tells (P19). */
    UNLINKED
  }

  private static final int DEFAULT_SIZE = 25;
  private static final int LARGEST_SIZE = 1000;

  static Paging of(Request request, Faults faults) {
    Mode mode = mode(request, faults);
    boolean forwardOnly = mode == Mode.FORWARD_ONLY;
    if (forwardOnly && !request.query().getOrDefault("orderBy", "").isBlank()) {
      throw new RefusedException(
          ErrorAnswer.of(
              400, "InvalidArgument", "orderBy is not allowed with forward-only pagination."));
    }
    int page = forwardOnly ? 1 : (int) number(request, "page", 1, Integer.MAX_VALUE);
    long afterId = forwardOnly ? number(request, "pageId", 0, Long.MAX_VALUE) : Long.MIN_VALUE;
    return new Paging(mode, page, size(request, faults), afterId);
  }

  private static Mode mode(Request request, Faults faults) {
    boolean asked =
        request.header("pagination-type").filter("forward-only"::equalsIgnoreCase).isPresent();
    if (!asked) {
      return Mode.NAVIGABLE;
    }
    boolean unsupported =
        request.apiPath().equalsIgnoreCase("/system/audittrail")
            || faults.rule(FaultKind.FORWARD_ONLY_UNSUPPORTED, request).isPresent();
    return unsupported ? Mode.UNLINKED : Mode.FORWARD_ONLY;
  }

  boolean forwardOnly() {
    return mode == Mode.FORWARD_ONLY;
  }

  /** Larger pages than the largest are cut down without a word, or refused (P17). */
  private static int size(Request request, Faults faults) {
    Optional<Fault> rule = faults.rule(FaultKind.MAX_PAGE_SIZE, request);
    int largest = rule.map(fault -> (int) fault.number("max")).orElse(LARGEST_SIZE);
    long size = number(request, "pageSize", DEFAULT_SIZE, Integer.MAX_VALUE);
    boolean reject = rule.map(fault -> fault.text("mode").equals("reject")).orElse(false);
    if (reject && size > largest) {
      throw outOfRange("pageSize", 1, largest);
    }
    return (int) Math.min(size, largest);
  }

  private static long number(Request request, String name, long otherwise, long largest) {
    String text = request.query().getOrDefault(name, "");
    if (text.isBlank()) {
      return otherwise;
    }
    long smallest = name.equals("pageId") ? 0 : 1;
    try {
      long number = Long.parseLong(text.strip());
      if (number >= smallest && number <= largest) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Refused below.
    }
    throw outOfRange(name, smallest, name.equals("pageSize") ? LARGEST_SIZE : largest);
  }

  private static RefusedException outOfRange(String name, long smallest, long largest) {
    String message = "The field %s must be between %d and %d.".formatted(name, smallest, largest);
    return new RefusedException(
        ErrorAnswer.of(
            400,
            "InvalidObject",
            name + " object is invalid",
            List.of(new Detail("OutOfRange", message, name, name))));
  }
}
