package io.psastream.connectwise.catalog;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.Operation.Siblings;
import io.psastream.connectwise.catalog.Place.Role;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Gathers the operations of each resource, so that each can be told its siblings. */
final class Resources {

  private enum Part {
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

  void add(String id, HttpMethod method, String path, AnswerKind answer) {
    Place place = Place.of(path);
    part(place.role(), method, path, answer)
        .ifPresent(
            part -> {
              Map<Part, String> resource =
                  parts.computeIfAbsent(place.resource(), key -> new EnumMap<>(Part.class));
              // Where a resource has several keys (a member's id or name), its id is the one.
              if (path.endsWith("{id}")) {
                resource.put(part, id);
              } else {
                resource.putIfAbsent(part, id);
              }
            });
  }

  private static Optional<Part> part(Role role, HttpMethod method, String path, AnswerKind answer) {
    return Optional.ofNullable(
        switch (role) {
          case COLLECTION ->
              switch (method) {
                case GET -> answer == AnswerKind.LIST ? Part.LIST : null;
                case POST -> Part.CREATE;
                default -> null;
              };
          case COUNT -> method == HttpMethod.GET && answer == AnswerKind.COUNT ? Part.COUNT : null;
          case SEARCH -> null;
          case ITEM ->
              switch (method) {
                case GET -> answer != AnswerKind.LIST || path.endsWith("{id}") ? Part.GET : null;
                case PUT -> Part.REPLACE;
                case PATCH -> Part.PATCH;
                case DELETE -> Part.DELETE;
                case POST -> null;
              };
        });
  }

  /** The siblings of an operation; none for what is an action, not a resource that can be read. */
  Siblings siblings(String path) {
    return siblings.computeIfAbsent(Place.of(path).resource(), this::collect);
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
