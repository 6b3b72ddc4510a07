package io.psastream.connectwise.catalog;

import java.util.Locale;

/**
 * Where a path stands in its resource. The paths of a resource differ in their last segment only,
 * and in what must not matter: case, a trailing slash, the names of parameters.
 *
 * @param resource the shape of the path of the whole resource
 * @param role what the path is of that resource
 * @param byId whether the last segment is the parameter {@code id}
 */
record Place(String resource, Role role, boolean byId) {

  enum Role {
    COLLECTION,
    ITEM,
    COUNT,
    SEARCH
  }

  static Place of(String path) {
    // The count of /x/info is /x/info/count for some resources and /x/count/info for others.
    String shape = shape(path).replace("/count/info", "/info/count");
    String parent = shape.substring(0, Math.max(0, shape.lastIndexOf('/')));
    return switch (shape.substring(parent.length())) {
      case "/{}" -> new Place(parent, Role.ITEM, path.endsWith("{id}"));
      case "/count" -> new Place(parent, Role.COUNT, false);
      case "/search" -> new Place(parent, Role.SEARCH, false);
      default -> new Place(shape, Role.COLLECTION, false);
    };
  }

  /** The path in lower case, without trailing slash, with {@code {}} for every parameter. */
  static String shape(String path) {
    StringBuilder shape = new StringBuilder(path.length());
    int from = 0;
    for (int open = path.indexOf('{'); open >= 0; open = path.indexOf('{', from)) {
      shape.append(path, from, open + 1);
      from = path.indexOf('}', open);
    }
    shape.append(path, from, path.length());
    if (path.endsWith("/")) {
      shape.setLength(shape.length() - 1);
    }
    return shape.toString().toLowerCase(Locale.ROOT);
  }
}
