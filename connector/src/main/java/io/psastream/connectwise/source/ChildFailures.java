package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.Reaction;
import io.psastream.connectwise.client.Reaction.Situation;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.source.ChildQueries.Child;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of children that cannot be read. The threads that read a batch add to it; at the end
 * of the batch each kind of failure of a child query becomes a line of the log, which names what
 * was left out since the line before, a minute ago at least.
 */
final class ChildFailures {

  private static final Logger LOG = LoggerFactory.getLogger(ChildFailures.class);
  private static final int MOST_NAMED = 50;

  /** After so many parents without a field that a query refers to, the field is doubted. */
  private static final int MANY = 50;

  /** So far apart are the lines about children that one kind of failure leaves out. */
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final LongSupplier nanos;
  private final Map<String, Tally> tallies = new LinkedHashMap<>();

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  ChildFailures(LongSupplier nanos) {
    this.nanos = nanos;
  }

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

  /** Why children are left out, told at once and then once a minute, with whose they are. */
  private static final class Told {
    private final List<String> names = new ArrayList<>();
    private long count;
    private long since;
    private boolean before;
    private String problem = "";
  }

  /** The counts of one child query. */
  private static final class Tally {
    private final Child child;
    private final List<Left> left = new ArrayList<>();

    /** How many parents of this batch have been asked for their children. */
    private int asked;

    private boolean everAsked;
    private int withoutField;
    private final Map<Optional<Kind>, Told> told = new LinkedHashMap<>();

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
      batch.forEach(this::report);
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

  private void report(Tally tally) {
    tally.left.forEach(
        left -> {
          Told told = tally.told.computeIfAbsent(left.kind(), kind -> new Told());
          told.problem = told.count++ == 0 ? left.problem() : told.problem;
          if (told.names.size() < MOST_NAMED) {
            told.names.add(name(left.parent()));
          }
        });
    if (!tally.left.isEmpty()) {
      tally.child.metrics().add(Metric.CHILDREN_SKIPPED, tally.left.size());
    }
    tally.told.values().forEach(told -> report(tally.child, told));
  }

  private void report(Child child, Told told) {
    long now = nanos.getAsLong();
    if (told.count == 0 || (told.before && now - told.since < INTERVAL.toNanos())) {
      return;
    }
    LOG.warn(
        "Query {} leaves out the children of {}{}: {}. A full refresh of the parent query reads them"
            + " again; on.child.error=fail stops the task instead.",
        child.query().name(),
        String.join(", ", told.names),
        told.count > MOST_NAMED ? " and " + (told.count - MOST_NAMED) + " more" : "",
        told.problem);
    told.names.clear();
    told.count = 0;
    told.since = now;
    told.before = true;
  }

  private static String name(Item parent) {
    return parent.id().isPresent() ? "item " + parent.id().getAsLong() : "an item without id";
  }

  private Tally tally(Child child) {
    return tallies.computeIfAbsent(child.query().alias(), alias -> new Tally(child));
  }
}
