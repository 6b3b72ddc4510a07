package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.config.Route.Envelope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Turns a record into the calls that apply it. Pure: it sends nothing, and what it cannot turn into
 * a call is a result, not an exception.
 */
public final class RecordRouter {

  /** What becomes of a record. */
  public sealed interface Mapping {

    /** The changes that apply it, to be made in this order; at least one. */
    record Changes(Route route, List<Change> changes) implements Mapping {}

    /** Nothing to do. */
    record Ignored() implements Mapping {}

    /** No call can be made of it. */
    record Unmappable(String reason) implements Mapping {}
  }

  private final List<Bound> routes;

  /**
   * A route with its operations' options sorted.
   *
   * @param allowed what a header may name, by id in lower case
   */
  private record Bound(
      Route route,
      Optional<ChangeMapper> mutate,
      Optional<ChangeMapper> delete,
      Map<String, ChangeMapper> allowed) {

    static Bound of(Route route, Models models) {
      Map<String, ChangeMapper> allowed = new HashMap<>();
      route
          .directions()
          .allowed()
          .forEach(
              operation ->
                  allowed.put(
                      operation.id().toLowerCase(Locale.ROOT),
                      new ChangeMapper(operation, route, models)));
      return new Bound(
          route,
          route.mutate().map(operation -> new ChangeMapper(operation, route, models)),
          route.delete().map(operation -> new ChangeMapper(operation, route, models)),
          Map.copyOf(allowed));
    }

    /** The operation that the record's header names; empty where it has none. */
    Optional<ChangeMapper> named(RecordView view) {
      Optional<String> header = route.directions().header();
      String id = header.map(view::headerText).orElse("");
      if (id.isEmpty()) {
        return Optional.empty();
      }
      ChangeMapper target = allowed.get(id.toLowerCase(Locale.ROOT));
      if (target == null) {
        throw new DataException(
            "its header \"" + header.get() + "\" names no operation that operation.allowed lists");
      }
      return Optional.of(target);
    }
  }

  /** The first route that takes a record's topic is the one that counts. */
  public RecordRouter(List<Route> routes, Catalog catalog) {
    Models models = new Models(catalog, new UnknownFields());
    this.routes = routes.stream().map(route -> Bound.of(route, models)).toList();
  }

  /** What is to be done with a record. */
  public Mapping map(SinkRecord record) {
    Optional<Bound> bound =
        routes.stream().filter(it -> it.route().topics().match(record.topic())).findFirst();
    if (bound.isEmpty()) {
      return new Mapping.Unmappable("no route takes the topic " + record.topic());
    }
    try {
      return bound.get().route().directions().envelope() == Envelope.DEBEZIUM
          ? changed(bound.get(), record)
          : plain(bound.get(), record);
    } catch (DataException e) {
      return new Mapping.Unmappable(e.getMessage());
    }
  }

  private static Mapping plain(Bound bound, SinkRecord record) {
    RecordView view = RecordView.of(record);
    return record.value() == null ? deletion(bound, view) : mutation(bound, view);
  }

  /** A tombstone follows the event that tells of the delete, for the topic's compaction. */
  private static Mapping changed(Bound bound, SinkRecord record) {
    if (record.value() == null) {
      return new Mapping.Ignored();
    }
    ChangeEvent event = ChangeEvent.of(record);
    RecordView view = RecordView.of(record, event);
    return event.deletes() ? deletion(bound, view) : mutation(bound, view);
  }

  private static Mapping deletion(Bound bound, RecordView view) {
    Optional<ChangeMapper> named = bound.named(view);
    if (named.isPresent()) {
      return deletion(bound, named.get(), view);
    }
    return switch (bound.route().rules().onNull()) {
      case IGNORE -> new Mapping.Ignored();
      case FAIL ->
          new Mapping.Unmappable(
              "it has no value; set delete.operation.id to delete the item, or"
                  + " behavior.on.null.values=ignore");
      case DELETE -> {
        ChangeMapper target =
            bound
                .delete()
                .orElseThrow(
                    () -> new DataException("it has no value and delete.operation.id is not set"));
        yield deletion(bound, target, view);
      }
    };
  }

  private static Mapping deletion(Bound bound, ChangeMapper target, RecordView view) {
    if (target.operation().method() != HttpMethod.DELETE) {
      throw new DataException("it has no value, which " + target.operation().id() + " needs");
    }
    return new Mapping.Changes(bound.route(), List.of(target.deletion(view)));
  }

  private static Mapping mutation(Bound bound, RecordView view) {
    ChangeMapper target =
        bound
            .named(view)
            .or(bound::mutate)
            .orElseThrow(
                () ->
                    new DataException(
                        "it has a value, and mutate.operation.id, which says what to do with it, is"
                            + " not set"));
    JsonNode items =
        target.takesFile()
            ? view.file(bound.route().items())
            : view.pick(bound.route().items(), MissingNode.getInstance());
    List<JsonNode> elements = target.elements(items);
    List<Change> changes = new ArrayList<>(elements.size());
    for (JsonNode element : elements) {
      try {
        changes.add(target.change(view, element));
      } catch (DataException e) {
        throw elements.size() == 1
            ? e
            : new DataException(
                "item %d of %d: %s".formatted(changes.size() + 1, elements.size(), e.getMessage()));
      }
    }
    return changes.isEmpty() ? new Mapping.Ignored() : new Mapping.Changes(bound.route(), changes);
  }
}
