package io.psastream.connectwise.source;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.Reaction;
import io.psastream.connectwise.client.Reaction.Situation;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.source.ChildQueries.Child;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of children that cannot be read. The threads that read a batch add to it; at the end
 * of the batch each kind of failure of a child query becomes one line of the log.
 */
final class ChildFailures {

  private static final Logger LOG = LoggerFactory.getLogger(ChildFailures.class);
  private static final int MOST_NAMED = 50;

  /** After so many parents without a field that a query refers to, the field is doubted. */
  private static final int MANY = 50;

  private final Map<String, Tally> tallies = new LinkedHashMap<>();

  /** The children of a parent that are left out, and why. */
  private record Left(Item parent, String problem, Optional<ApiException> cause) {

    private Optional<Kind> kind() {
      return cause.map(e -> e.failure().kind());
    }

    /** Whether it may as well be a failure of the site. */
    private boolean unexplained() {
      return misrouted() || kind().filter(Kind.UNKNOWN::equals).isPresent();
    }

    private boolean misrouted() {
      return kind().filter(Kind.MISROUTED::equals).isPresent();
    }
  }

  /** The counts of one child query. */
  private static final class Tally {
    private final Child child;
    private final List<Left> left = new ArrayList<>();

    /** How many parents of this batch have been asked for their children. */
    private int asked;

    private boolean everAsked;
    private int withoutField;

    Tally(Child child) {
      this.child = child;
    }
  }

  /** The children of a parent are asked for. */
  synchronized void asked(Child child) {
    Tally tally = tally(child);
    tally.asked++;
    tally.everAsked = true;
  }

  /** A parent has nothing in a field that the options refer to, and so no such child. */
  synchronized void withoutField(Child child, Item parent) {
    LOG.debug("Query {} has no child for {}.", child.query().name(), name(parent));
    Tally tally = tally(child);
    if (++tally.withoutField == MANY && !tally.everAsked) {
      LOG.warn(
          "Query {} has had no child so far: none of the first {} items of its parent query has the"
              + " fields that its options refer to. Check the names of the fields in ${parent.…},"
              + " and the fields that the parent query asks for.",
          child.query().name(),
          MANY);
    }
  }

  /**
   * A request has failed.
   *
   * @throws ApiException when the failure is not the child's own
   */
  void failed(Child child, Item parent, ApiException e) {
    switch (Reaction.to(e.failure().kind(), Situation.CHILD)) {
      case SKIP_CHILD ->
          LOG.debug(
              "Query {} reads the children of an item that no longer exists: {}",
              child.query().name(),
              e.getMessage());
      case CHILD_RULE -> {
        Left left = new Left(parent, e.getMessage(), Optional.of(e));
        if (left.misrouted() && child.query().failsOnChildError()) {
          throw e; // which is retried for a while, since it may pass
        }
        leave(child, left);
      }
      default -> throw e;
    }
  }

  /** A field of the parent cannot be put into the options. */
  void inexpressible(Child child, Item parent, String problem) {
    leave(child, new Left(parent, problem, Optional.empty()));
  }

  private void leave(Child child, Left left) {
    if (child.query().failsOnChildError()) {
      throw new ConnectException(
          "Query "
              + child.query().name()
              + " cannot read the children of "
              + name(left.parent())
              + ": "
              + left.problem()
              + ". Set its on.child.error to skip to leave such children out. The task stops.",
          left.cause().orElse(null));
    }
    synchronized (this) {
      tally(child).left.add(left);
    }
  }

  /**
   * Ends a batch: names and counts the children that were left out.
   *
   * @throws ApiException when every child of a query has failed without a reason, or with an answer
   *     that is not the API's, which is rather a failure of the site
   */
  synchronized void endBatch() {
    List<Tally> batch = List.copyOf(tallies.values());
    Optional<ApiException> ofSite = batch.stream().flatMap(each -> ofSite(each).stream()).findAny();
    if (ofSite.isEmpty()) {
      batch.forEach(ChildFailures::report);
    }
    batch.forEach(
        each -> {
          each.left.clear();
          each.asked = 0;
        });
    ofSite.ifPresent(
        e -> {
          throw e;
        });
  }

  private static Optional<ApiException> ofSite(Tally tally) {
    List<Left> unexplained = tally.left.stream().filter(Left::unexplained).toList();
    boolean all = !unexplained.isEmpty() && unexplained.size() == tally.asked;
    return all && (tally.asked > 1 || unexplained.get(0).misrouted())
        ? unexplained.get(0).cause()
        : Optional.empty();
  }

  private static void report(Tally tally) {
    tally.left.stream()
        .collect(groupingBy(Left::kind))
        .values()
        .forEach(left -> report(tally.child, left));
  }

  private static void report(Child child, List<Left> left) {
    int count = left.size();
    child.metrics().add(Metric.CHILDREN_SKIPPED, count);
    LOG.warn(
        "Query {} leaves out the children of {}{}: {}. A full refresh of the parent query reads them"
            + " again; on.child.error=fail stops the task instead.",
        child.query().name(),
        left.stream().limit(MOST_NAMED).map(each -> name(each.parent())).collect(joining(", ")),
        count > MOST_NAMED ? " and " + (count - MOST_NAMED) + " more" : "",
        left.get(0).problem());
  }

  private static String name(Item parent) {
    return parent.id().isPresent() ? "item " + parent.id().getAsLong() : "an item without id";
  }

  private Tally tally(Child child) {
    return tallies.computeIfAbsent(child.query().alias(), alias -> new Tally(child));
  }
}
