package io.psastream.connectwise.catalog;

import java.util.List;
import java.util.Map;

/** A path with named parameters, such as {@code /service/tickets/{id}}. */
public final class PathTemplate {

  private PathTemplate() {}

  /** Parses a template; fails when a brace is unbalanced or a name is empty or given twice. */
  public static PathTemplate parse(String text) {
    throw new UnsupportedOperationException(text);
  }

  /** The names of the parameters, in the order of the path. */
  public List<String> parameters() {
    throw new UnsupportedOperationException();
  }

  /**
   * The path with every parameter replaced by its percent-encoded value (RFC 3986 path segment).
   *
   * @throws IllegalArgumentException when a value is missing or blank; the message names it
   */
  public String expand(Map<String, ?> values) {
    throw new UnsupportedOperationException(values.toString());
  }
}
