package io.psastream.connectwise.client.paging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The call of a list, from which the call of each page is made. Every page carries all options of
 * the user (P16). A search ({@code POST …/search}) has conditions and order in its body.
 */
final class ListCall {

  private static final Logger LOG = LoggerFactory.getLogger(ListCall.class);

  private static final Set<String> PAGING = Set.of("page", "pagesize", "pageid");
  private static final String CONDITIONS = "conditions";
  private static final String FIELDS = "fields";
  private static final String ORDER_BY = "orderBy";

  private final Call call;
  private final String label;
  private final Map<String, String> query = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Optional<ObjectNode> body;
  private final List<String> conditions = new ArrayList<>();

  /**
   * @param window conditions to add to the user's, already joined by AND
   * @param label what a line begins with that is logged of the list
   * @throws IllegalArgumentException when the options contain a paging parameter
   */
  ListCall(Call call, Optional<String> window, String label) {
    this.call = call;
    this.label = label;
    for (String name : call.query().keySet()) {
      if (PAGING.stream().anyMatch(name::equalsIgnoreCase)) {
        throw new IllegalArgumentException(
            "\""
                + name
                + "\" is a paging parameter: leave it out, the connector sets it (see page.size).");
      }
    }
    query.putAll(call.query());
    body =
        call.operation().method() == HttpMethod.POST
            ? Optional.of(object(call.body()))
            : Optional.empty();
    String users =
        body.map(it -> it.path(CONDITIONS).asText(""))
            .orElseGet(() -> query.getOrDefault(CONDITIONS, ""));
    if (!users.isBlank()) {
      conditions.add("(" + users.strip() + ")"); // the user's OR must not escape
    }
    window.ifPresent(conditions::add);
    if (call.operation().traits().info()) {
      requireField("_info");
    }
    if (hasId()) {
      requireField("id");
    }
  }

  private static ObjectNode object(Optional<JsonNode> body) {
    return body.filter(JsonNode::isObject)
        .map(it -> ((ObjectNode) it).deepCopy())
        .orElseGet(JsonNodeFactory.instance::objectNode);
  }

  String name() {
    return call.name();
  }

  /**
   * Warns that an item is not read.
   *
   * @param item its id, or where it is
   */
  void tellLeftOut(String item, Failure tooLarge) {
    LOG.warn(
        "{}Item {} of {} is too large and is left out until it changes or everything is read again:"
            + " {}",
        label,
        item,
        name(),
        new ApiException(tooLarge).getMessage());
  }

  /** Whether the items are known to have an id. */
  boolean hasId() {
    return call.operation().traits().id();
  }

  boolean hasOrder() {
    return body.map(it -> it.hasNonNull(ORDER_BY)).orElseGet(() -> query.containsKey(ORDER_BY));
  }

  /**
   * Adds a field to those that the user selected, if any: without {@code id} there is no position,
   * without {@code _info} no lastUpdated (docs/connectwise-api.md section 4).
   */
  void requireField(String required) {
    String users = query.getOrDefault(FIELDS, "").strip();
    if (!users.isEmpty()
        && Pattern.compile("\\s*,\\s*")
            .splitAsStream(users)
            .noneMatch(required::equalsIgnoreCase)) {
      query.put(FIELDS, users + "," + required);
    }
  }

  /** Selects this field only, where the operation has a parameter for it. */
  void selectOnly(String field) {
    if (hasFields()) {
      query.put(FIELDS, field);
    }
  }

  private boolean hasFields() {
    return call.operation().queryParameters().stream()
        .anyMatch(parameter -> parameter.name().equalsIgnoreCase(FIELDS));
  }

  /** The same page of nothing but ids, where the operation has a parameter for it. */
  Call idsOnly(Call page) {
    Map<String, String> selected = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    selected.putAll(page.query());
    if (hasFields()) {
      selected.put(FIELDS, "id");
    }
    return new Call(page.operation(), page.path(), selected, page.headers(), page.body());
  }

  /** Sorts every page. */
  void orderBy(String order) {
    if (body.isPresent()) {
      body.get().put(ORDER_BY, order);
    } else {
      query.put(ORDER_BY, order);
    }
  }

  /**
   * The call of one page.
   *
   * @param condition a condition for this page only
   * @param paging the paging parameters besides {@code pageSize}
   */
  Call page(
      int size,
      Optional<String> condition,
      Map<String, String> paging,
      Map<String, String> headers) {
    List<String> all = new ArrayList<>(conditions);
    condition.ifPresent(all::add);
    String joined = String.join(" AND ", all);
    Map<String, String> pageQuery = new LinkedHashMap<>(query);
    pageQuery.keySet().removeIf(CONDITIONS::equalsIgnoreCase);
    Optional<JsonNode> pageBody = body.map(it -> joined.isEmpty() ? it : with(it, joined));
    if (body.isEmpty() && !joined.isEmpty()) {
      pageQuery.put(CONDITIONS, joined);
    }
    pageQuery.put("pageSize", String.valueOf(size)); // always: the default is 25 (P16)
    pageQuery.putAll(paging);
    Map<String, String> pageHeaders = new LinkedHashMap<>(call.headers());
    pageHeaders.putAll(headers);
    return new Call(call.operation(), call.path(), pageQuery, pageHeaders, pageBody);
  }

  private static ObjectNode with(ObjectNode body, String conditions) {
    return body.deepCopy().put(CONDITIONS, conditions);
  }
}
