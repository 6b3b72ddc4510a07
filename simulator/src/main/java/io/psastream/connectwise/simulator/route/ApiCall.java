package io.psastream.connectwise.simulator.route;

import io.psastream.connectwise.simulator.http.Request;
import java.util.Map;

/**
 * A request whose operation is known.
 *
 * @param request the request
 * @param route the operation and what it does
 * @param values the values of the path's parameters
 * @param shape the fields of the items concerned
 */
public record ApiCall(Request request, Route route, Map<String, String> values, Shape shape) {

  /** Stands in for the id where a bulk operation names it in the body. */
  public static final String BULK_ID = " id";

  /** The path of the collection, with the parents' ids in place. */
  public String collection() {
    return route.collection().expand(values);
  }

  /** The id at the end of the path. */
  public long id() {
    return Long.parseLong(last());
  }

  /** The value of the last parameter of the path. */
  public String last() {
    if (values.containsKey(BULK_ID)) {
      return values.get(BULK_ID);
    }
    var names = route.operation().path().parameters();
    return values.get(names.get(names.size() - 1));
  }

  /** How the API calls such an item in its messages: {@code Ticket}, {@code Configuration}. */
  public String entity() {
    String name = route.item().orElse("Record");
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** The same with a small first letter, as in validation errors. */
  public String resource() {
    String entity = entity();
    return Character.toLowerCase(entity.charAt(0)) + entity.substring(1);
  }

  public String query(String name) {
    return request.query().getOrDefault(name, "");
  }
}
