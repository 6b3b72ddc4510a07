package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.data.ConnectToJson.Nulls;
import io.psastream.connectwise.sink.config.Placeholder;
import io.psastream.connectwise.sink.config.RecordDirectives.Envelope;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.template.Template;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Chooses the route of a record and maps the record to the changes that apply it. Pure: it sends
 * nothing, and what it cannot map is a result, not an exception.
 */
public final class RecordRouter {

  /** What becomes of a record. */
  public sealed interface Mapping {

    /** The changes that apply it, to be made in this order; at least one. */
    record Changes(Route route, List<Change> changes) implements Mapping {}

    /** Nothing to do. */
    record Ignored() implements Mapping {}

    /** It cannot be mapped. */
    record Unmappable(String reason) implements Mapping {}
  }

  private final List<Bound> routes;

  /**
   * A route with the mappers of its operations.
   *
   * @param allowed what a header may name, by id in lower case
   * @param takesFiles whether values may be files, which are not to be looked into
   */
  private record Bound(
      Route route,
      Optional<ChangeMapper> mutate,
      Optional<ChangeMapper> delete,
      Map<String, ChangeMapper> allowed,
      boolean takesFiles) {

    static Bound of(Route route, Catalog catalog, UnknownFields unknown) {
      Function<Operation, ChangeMapper> mappers =
          operation -> new ChangeMapper(operation, route, catalog, unknown);
      Map<String, ChangeMapper> allowed = new HashMap<>();
      route
          .directives()
          .allowed()
          .forEach(
              operation ->
                  allowed.put(operation.id().toLowerCase(Locale.ROOT), mappers.apply(operation)));
      Optional<ChangeMapper> mutate = route.mutate().map(mappers);
      boolean takesFiles =
          Stream.concat(mutate.stream(), allowed.values().stream())
              .anyMatch(ChangeMapper::takesFile);
      return new Bound(route, mutate, route.delete().map(mappers), Map.copyOf(allowed), takesFiles);
    }

    /** What a null in a Struct says. */
    Nulls nulls() {
      return route.writing().clearNulls() ? Nulls.SAID : Nulls.LEFT_OUT;
    }

    /** The operation that the record's header names; empty where it has none. */
    Optional<ChangeMapper> named(RecordView view) {
      Optional<String> header = route.directives().header();
      String id = header.map(view::headerText).orElse("");
      if (id.isEmpty()) {
        return Optional.empty();
      }
      ChangeMapper mapper = allowed.get(id.toLowerCase(Locale.ROOT));
      if (mapper == null) {
        throw new DataException(
            "its header \""
                + header.get()
                + "\" names an operation that operation.allowed does not list");
      }
      return Optional.of(mapper);
    }
  }

  /** The first route that takes a record's topic is the one that counts. */
  public RecordRouter(List<Route> routes, Catalog catalog) {
    UnknownFields unknown = new UnknownFields();
    this.routes = routes.stream().map(route -> Bound.of(route, catalog, unknown)).toList();
  }

  /** Chooses the route of a record and maps it to changes. */
  public Mapping route(SinkRecord record) {
    for (Bound bound : routes) {
      if (bound.route().topics().match(record.topic())) {
        return route(bound, record);
      }
    }
    boolean renamed = !record.topic().equals(record.originalTopic());
    return new Mapping.Unmappable(
        "no route takes the topic "
            + record.topic()
            + (renamed ? "; routes go by what transforms have made of its name" : ""));
  }

  private static Mapping route(Bound bound, SinkRecord record) {
    try {
      return bound.route().directives().envelope() == Envelope.DEBEZIUM
          ? changed(bound, record)
          : plain(bound, record);
    } catch (DataException e) {
      return new Mapping.Unmappable(e.getMessage() + converterHint(bound, record.value()));
    } catch (RuntimeException | StackOverflowError e) {
      return new Mapping.Unmappable(fault("mapped", e));
    }
  }

  /** What to set where a value is no JSON, so that it may be of a form that was not converted. */
  private static String converterHint(Bound bound, Object value) {
    String text =
        value instanceof String string
            ? string
            : value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "{";
    String start = text.stripLeading();
    return bound.takesFiles() || start.startsWith("{") || start.startsWith("[")
        ? ""
        : " (its value is text, and no JSON object; where the topic holds Avro, Protobuf or the like,"
            + " set value.converter in the configuration of the connector)";
  }

  /** Says where a fault was thrown; not its message, which may quote the record. */
  public static String fault(String kept, Throwable fault) {
    return "a fault of the connector kept it from being %s; please report %s%s"
        .formatted(
            kept,
            fault.getClass().getName(),
            Arrays.stream(fault.getStackTrace()).findFirst().map(at -> " at " + at).orElse(""));
  }

  /** What the lane key of a route gives for a record; empty where it goes by its own key. */
  public static Optional<String> lane(Route route, SinkRecord record) {
    Optional<Template> lane = Optional.ofNullable(route).flatMap(it -> it.directives().lane());
    try {
      return lane.map(template -> view(route, record).fill(template, MissingNode.getInstance()));
    } catch (RuntimeException e) {
      return Optional.empty(); // it has nothing there, or cannot be mapped, which is told then
    }
  }

  private static RecordView view(Route route, SinkRecord record) {
    Placeholder placeholder = route.directives().placeholder();
    return route.directives().envelope() == Envelope.DEBEZIUM
        ? RecordView.of(record, ChangeEvent.of(record, Nulls.LEFT_OUT), placeholder)
        : RecordView.of(record, Nulls.LEFT_OUT, placeholder);
  }

  private static Mapping plain(Bound bound, SinkRecord record) {
    ChangeEvent.refuseUnwrapped(record);
    RecordView view =
        RecordView.of(record, bound.nulls(), bound.route().directives().placeholder());
    if (!bound.takesFiles()) {
      view.refuseSchema();
    }
    boolean gone = record.value() == null || (!bound.takesFiles() && view.deleted());
    return gone ? deletion(bound, view) : mutation(bound, view);
  }

  /** The tombstone that follows a delete event is for the compaction of the topic only. */
  private static Mapping changed(Bound bound, SinkRecord record) {
    if (record.value() == null) {
      return new Mapping.Ignored();
    }
    ChangeEvent event = ChangeEvent.of(record, bound.nulls());
    RecordView view = RecordView.of(record, event, bound.route().directives().placeholder());
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
        ChangeMapper mapper =
            bound
                .delete()
                .orElseThrow(
                    () -> new DataException("it has no value and delete.operation.id is not set"));
        yield deletion(bound, mapper, view);
      }
      case MUTATE -> deletion(bound, bound.mutate().orElseThrow(), view);
    };
  }

  private static Mapping deletion(Bound bound, ChangeMapper mapper, RecordView view) {
    if (!mapper.needsNoValue()) {
      throw new DataException("it has no value, and " + mapper.operation().id() + " needs one");
    }
    return new Mapping.Changes(bound.route(), List.of(mapper.deletion(view)));
  }

  private static Mapping mutation(Bound bound, RecordView view) {
    ChangeMapper mapper =
        bound
            .named(view)
            .or(bound::mutate)
            .orElseThrow(
                () -> new DataException("it has a value, but mutate.operation.id is not set"));
    JsonNode items =
        mapper.takesFile()
            ? view.file(bound.route().items())
            : view.pick(bound.route().items(), MissingNode.getInstance());
    List<JsonNode> elements = mapper.elements(items);
    List<Change> changes = new ArrayList<>(elements.size());
    for (JsonNode element : elements) {
      try {
        changes.add(mapper.change(view, element));
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
