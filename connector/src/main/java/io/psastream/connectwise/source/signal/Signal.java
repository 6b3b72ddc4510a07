package io.psastream.connectwise.source.signal;

import io.psastream.connectwise.source.config.Passes.PassKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a record of the signal topic asks for. A query is called by its name; it may be left out
 * where the connector has only one.
 */
public sealed interface Signal {

  /**
   * An item was changed.
   *
   * @param resources the paths of the lists that it may be in, such as {@code service/tickets}
   * @param deleted whether it is said to be gone
   */
  record Changed(Set<String> resources, long id, boolean deleted) implements Signal {}

  /** A signal for one query. */
  sealed interface ForQuery extends Signal {
    Optional<String> query();

    /** What its sender calls it. */
    Optional<String> id();

    /** The type that it says. */
    String type();
  }

  /**
   * Items are to be sent again.
   *
   * @param conditions what the items fulfil besides the conditions of the query
   * @param ids the items, where there are no conditions
   */
  record Reread(
      Optional<String> query, Optional<String> id, Optional<String> conditions, List<Long> ids)
      implements ForQuery {
    @Override
    public String type() {
      return "reread";
    }
  }

  /** A sweep or a full refresh is to begin. */
  record Run(Optional<String> query, Optional<String> id, PassKind kind) implements ForQuery {
    @Override
    public String type() {
      return kind == PassKind.SWEEP ? "sweep" : "refresh";
    }
  }

  /** A query is to stand still, or to go on. */
  record Pause(Optional<String> query, Optional<String> id, boolean paused) implements ForQuery {
    @Override
    public String type() {
      return paused ? "pause" : "resume";
    }
  }
}
