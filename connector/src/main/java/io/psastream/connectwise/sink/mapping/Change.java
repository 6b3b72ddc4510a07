package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.body.Revision;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a record asks of one item, with its calls worked out as far as can be without having seen
 * the item. There is an edit or a create, or both.
 *
 * @param look finds the item by a key of the user's own
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

  /** The call that it is about: the edit, or else the create. */
  public Call call() {
    return edit.map(Edit::call).or(() -> create).orElseThrow();
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
   * @param revision brings the body in line with what was read
   */
  public record Edit(Call call, Optional<String> found, Optional<Call> read, Revision revision) {

    static Edit of(Call call) {
      return new Edit(call, Optional.empty(), Optional.empty(), new Revision(false, false, false));
    }

    /** The edit of the item with this id. */
    public Edit at(String id) {
      return new Edit(with(call, id), Optional.empty(), read.map(it -> with(it, id)), revision);
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
      Set<String> addressing = new HashSet<>(call.operation().path().parameters());
      return revision
          .of(call.body().orElseThrow(), current, addressing)
          .map(
              body ->
                  new Call(
                      call.operation(),
                      call.path(),
                      call.query(),
                      call.headers(),
                      Optional.of(body)));
    }
  }
}
