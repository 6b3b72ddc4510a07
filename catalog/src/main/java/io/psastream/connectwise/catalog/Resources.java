package io.psastream.connectwise.catalog;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.Operation.Siblings;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Gathers the operations of each resource, so that each can be told its siblings. */
final class Resources {

  private enum Part {
    NONE,
    LIST,
    COUNT,
    GET,
    CREATE,
    REPLACE,
    PATCH,
    DELETE
  }

  private final Map<String, Map<Part, String>> parts = new HashMap<>();
  private final Map<String, Siblings> siblings = new HashMap<>();

  void add(String id, HttpMethod method, Place place, AnswerKind answer) {
    Part part = part(method, place, answer);
    if (part != Part.NONE) {
      Map<Part, String> resource =
          parts.computeIfAbsent(place.resource(), key -> new EnumMap<>(Part.class));
      // Where a resource has several keys (a member's id or name), its id is the one.
      if (place.byId()) {
        resource.put(part, id);
      } else {
        resource.putIfAbsent(part, id);
      }
    }
  }

  private static Part part(HttpMethod method, Place place, AnswerKind answer) {
    return switch (place.role()) {
      case COLLECTION ->
          switch (method) {
            case GET -> answer == AnswerKind.LIST ? Part.LIST : Part.NONE;
            case POST -> Part.CREATE;
            default -> Part.NONE;
          };
      case COUNT -> method == HttpMethod.GET && answer == AnswerKind.COUNT ? Part.COUNT : Part.NONE;
      case SEARCH -> Part.NONE;
      case ITEM ->
          switch (method) {
            case GET -> answer != AnswerKind.LIST || place.byId() ? Part.GET : Part.NONE;
            case PUT -> Part.REPLACE;
            case PATCH -> Part.PATCH;
            case DELETE -> Part.DELETE;
            case POST -> Part.NONE;
          };
    };
  }

  /** The siblings of an operation; none for what is an action, not a resource that can be read. */
  Siblings siblings(Place place) {
    return siblings.computeIfAbsent(place.resource(), this::collect);
  }

  private Siblings collect(String resource) {
    Map<Part, String> ids = parts.getOrDefault(resource, Map.of());
    if (!ids.containsKey(Part.LIST) && !ids.containsKey(Part.GET)) {
      return Siblings.NONE;
    }
    return new Siblings(
        Optional.ofNullable(ids.get(Part.LIST)),
        Optional.ofNullable(ids.get(Part.COUNT)),
        Optional.ofNullable(ids.get(Part.GET)),
        Optional.ofNullable(ids.get(Part.CREATE)),
        Optional.ofNullable(ids.get(Part.REPLACE)),
        Optional.ofNullable(ids.get(Part.PATCH)),
        Optional.ofNullable(ids.get(Part.DELETE)));
  }
}
