package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.config.Route;
import io.psastream.connectwise.config.Route.Envelope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
public final class CallMapper {

  /** What becomes of a record. */
  public sealed interface Mapping {

    /** The calls that apply it, to be made in this order; at least one. */
    record Calls(Route route, List<Call> calls) implements Mapping {}

    /** Nothing to do. */
    record Ignored() implements Mapping {}

    /** No call can be made of it. */
    record Rejected(String reason) implements Mapping {}
  }

  private final List<Bound> routes;

  /**
   * A route with its operations' options sorted.
   *
   * @param allowed what a header may name, by id in lower case
   */
  private record Bound(
      Route route, Optional<Target> mutate, Optional<Target> delete, Map<String, Target> allowed) {

    static Bound of(Route route) {
      Map<String, Target> allowed = new HashMap<>();
      route
          .directions()
          .allowed()
          .forEach(
              operation ->
                  allowed.put(
                      operation.id().toLowerCase(Locale.ROOT), Target.of(operation, route)));
      return new Bound(
          route,
          route.mutate().map(operation -> Target.of(operation, route)),
          route.delete().map(operation -> Target.of(operation, route)),
          Map.copyOf(allowed));
    }

    /** The operation that the record's header names; empty where it has none. */
    Optional<Target> named(RecordView view) {
      Optional<String> header = route.directions().header();
      String id = header.map(view::headerText).orElse("");
      if (id.isEmpty()) {
        return Optional.empty();
      }
      Target target = allowed.get(id.toLowerCase(Locale.ROOT));
      if (target == null) {
        throw new DataException(
            "its header \"" + header.get() + "\" names no operation that operation.allowed lists");
      }
      return Optional.of(target);
    }
  }

  /** The first route that takes a record's topic is the one that counts. */
  public CallMapper(List<Route> routes) {
    this.routes = routes.stream().map(Bound::of).toList();
  }

  /** What is to be done with a record. */
  public Mapping map(SinkRecord record) {
    Optional<Bound> bound =
        routes.stream().filter(it -> it.route().topics().match(record.topic())).findFirst();
    if (bound.isEmpty()) {
      return new Mapping.Rejected("no route takes the topic " + record.topic());
    }
    try {
      return bound.get().route().directions().envelope() == Envelope.DEBEZIUM
          ? changed(bound.get(), record)
          : plain(bound.get(), record);
    } catch (DataException e) {
      return new Mapping.Rejected(e.getMessage());
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
    Optional<Target> named = bound.named(view);
    if (named.isPresent()) {
      return deletion(bound, named.get(), view);
    }
    return switch (bound.route().rules().onNull()) {
      case IGNORE -> new Mapping.Ignored();
      case FAIL ->
          new Mapping.Rejected(
              "it has no value; set delete.operation.id to delete the item, or"
                  + " behavior.on.null.values=ignore");
      case DELETE -> {
        Target target =
            bound
                .delete()
                .orElseThrow(
                    () -> new DataException("it has no value and delete.operation.id is not set"));
        yield deletion(bound, target, view);
      }
    };
  }

  private static Mapping deletion(Bound bound, Target target, RecordView view) {
    if (target.operation().method() != HttpMethod.DELETE) {
      throw new DataException("it has no value, which " + target.operation().id() + " needs");
    }
    return new Mapping.Calls(
        bound.route(), List.of(call(target, view, MissingNode.getInstance(), Optional.empty())));
  }

  private static Mapping mutation(Bound bound, RecordView view) {
    Target target =
        bound
            .named(view)
            .or(bound::mutate)
            .orElseThrow(
                () ->
                    new DataException(
                        "it has a value, and mutate.operation.id, which says what to do with it, is"
                            + " not set"));
    JsonNode items = view.pick(bound.route().items(), MissingNode.getInstance());
    List<JsonNode> elements = target.elements(items);
    List<Call> calls = new ArrayList<>(elements.size());
    for (JsonNode element : elements) {
      try {
        calls.add(call(target, view, element, target.body(element)));
      } catch (DataException e) {
        throw elements.size() == 1
            ? e
            : new DataException(
                "item %d of %d: %s".formatted(calls.size() + 1, elements.size(), e.getMessage()));
      }
    }
    return calls.isEmpty() ? new Mapping.Ignored() : new Mapping.Calls(bound.route(), calls);
  }

  private static Call call(Target target, RecordView view, JsonNode item, Optional<JsonNode> body) {
    Map<String, String> path = new LinkedHashMap<>();
    target.path().forEach((name, template) -> path.put(name, view.fill(template, item)));
    path.forEach((name, value) -> checkGiven(target.operation(), name, value));
    Map<String, String> query = new LinkedHashMap<>();
    target.query().forEach((name, template) -> query.put(name, view.fill(template, item)));
    return new Call(target.operation(), path, query, Map.of(), body);
  }

  private static void checkGiven(Operation operation, String name, String value) {
    if (value.isBlank()) {
      throw new DataException(
          "the path parameter \"" + name + "\" of " + operation.id() + " is empty");
    }
  }
}
