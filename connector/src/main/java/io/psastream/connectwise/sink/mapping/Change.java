package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.body.BodyCoalescer;
import io.psastream.connectwise.sink.body.BodyMerge;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a record asks of one item, with its calls mapped as far as that is possible without reading
 * the item. There is an edit or a create, or both.
 *
 * @param look the look-up that finds the item by a key of the user's own
 * @param edit changes or deletes the item
 * @param create creates the item
 */
public record Change(Optional<Call> look, Optional<Edit> edit, Optional<Call> create) {

  /** The change that a single call makes. */
  public static Change of(Call call) {
    return call.operation().method() == HttpMethod.POST
        ? new Change(Optional.empty(), Optional.empty(), Optional.of(call))
        : new Change(Optional.empty(), Optional.of(Edit.of(call)), Optional.empty());
  }

  /** The call that writes: the edit, or else the create. */
  public Call call() {
    return edit.map(Edit::call).or(() -> create).orElseThrow();
  }

  /**
   * This and a later change of the same item as one; empty where that would do something else than
   * one after the other. Only updates can be coalesced: two creates are two items, and an order of
   * deletes and updates has to be kept.
   */
  public Optional<Change> coalesce(Change later) {
    if (edit.isEmpty() || later.edit.isEmpty() || !look.equals(later.look)) {
      return Optional.empty();
    }
    Optional<Edit> both = edit.get().coalesce(later.edit.get());
    if (create.isEmpty() && later.create.isEmpty()) {
      return both.map(it -> new Change(look, Optional.of(it), create));
    }
    Optional<Call> creating =
        create.flatMap(first -> later.create.flatMap(then -> both(first, then)));
    return both.flatMap(
        it -> creating.map(call -> new Change(look, Optional.of(it), Optional.of(call))));
  }

  private static Optional<Call> both(Call first, Call then) {
    boolean same = first.operation().equals(then.operation()) && first.path().equals(then.path());
    return same && first.query().equals(then.query())
        ? BodyCoalescer.of(first.body().orElseThrow(), then.body().orElseThrow())
            .map(body -> withBody(then, body))
        : Optional.empty();
  }

  private static Call withBody(Call call, JsonNode body) {
    return new Call(call.operation(), call.path(), call.query(), call.headers(), Optional.of(body));
  }

  /** Whether it may create, and no look-up finds what it has created. */
  public boolean createsAgain() {
    return create.isPresent() && look.isEmpty();
  }

  /** Whether the item is addressed without being looked up. */
  public boolean addressed() {
    return edit.filter(it -> it.found().isEmpty()).isPresent();
  }

  /**
   * A PATCH, PUT or DELETE.
   *
   * @param call the call; its path lacks the parameter that a look-up gives
   * @param found the path parameter that a look-up gives; empty where the path is complete
   * @param read reads the item first, where the body depends on it; its path lacks the same
   * @param merge brings the body in line with what was read
   */
  public record Edit(Call call, Optional<String> found, Optional<Call> read, BodyMerge merge) {

    static Edit of(Call call) {
      return new Edit(call, Optional.empty(), Optional.empty(), BodyMerge.NONE);
    }

    /** The edit of the item with this id. */
    public Edit at(String id) {
      return new Edit(with(call, id), Optional.empty(), read.map(it -> with(it, id)), merge);
    }

    /** Only what a body says of one item can be said by another: deletes and arrays add up. */
    private boolean updates() {
      return call.operation().body() == BodyKind.JSON_PATCH
          || (call.operation().method() == HttpMethod.PUT
              && call.operation().body() == BodyKind.OBJECT);
    }

    private Optional<Edit> coalesce(Edit later) {
      boolean same =
          call.operation().equals(later.call.operation())
              && call.path().equals(later.call.path())
              && call.query().equals(later.call.query())
              && found.equals(later.found);
      if (!same || !updates() || call.body().isEmpty() || later.call.body().isEmpty()) {
        return Optional.empty();
      }
      return body(call.body().get(), later)
          .map(body -> new Edit(withBody(later.call, body), found, read.or(later::read), merge));
    }

    /** A PUT that is not merged with the item says all of it, so the later one is what counts. */
    private Optional<JsonNode> body(JsonNode first, Edit later) {
      JsonNode then = later.call.body().orElseThrow();
      boolean replaces = call.operation().method() == HttpMethod.PUT && !merge.whole();
      if (!replaces) {
        return BodyCoalescer.of(first, then);
      }
      return BodyCoalescer.hasCustomFields(first) || BodyCoalescer.hasCustomFields(then)
          ? Optional.empty()
          : Optional.of(then);
    }

    private static Call with(Call call, String id) {
      List<String> names = call.operation().path().parameters();
      Map<String, String> path = new HashMap<>(call.path());
      path.put(names.get(names.size() - 1), id);
      return new Call(call.operation(), path, call.query(), call.headers(), call.body());
    }

    /**
     * The call that is left when the item is like this; empty when it is already as it is asked to
     * be.
     *
     * @throws org.apache.kafka.connect.errors.DataException when the body does not fit the item
     */
    public Optional<Call> against(JsonNode current) {
      return merge.of(call.body().orElseThrow(), current).map(body -> withBody(call, body));
    }
  }
}
