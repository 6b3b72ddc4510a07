package io.psastream.connectwise.source.signal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.template.Conditions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads signals: the connector's own form, and bodies of ConnectWise's callbacks. Pure. */
public final class SignalParser {

  /** The entity that a callback brings along is a few kilobytes. */
  static final int LARGEST = 262_144;

  /** One signal may name so many items. */
  static final int MOST_IDS = 10_000;

  /** What a URL has room for besides the query's own conditions. */
  private static final int LONGEST_CONDITIONS = 1_000;

  /** What a sender may call a signal. */
  private static final int LONGEST_NAME = 200;

  private static final Set<String> TYPES =
      Set.of("changed", "reread", "sweep", "refresh", "pause", "resume");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The lists by the type of a callback (docs/connectwise-api.md section 8, P27a). */
  private static final Map<String, Set<String>> RESOURCES =
      Map.ofEntries(
          Map.entry("activity", Set.of("sales/activities")),
          Map.entry("agreement", Set.of("finance/agreements")),
          Map.entry("company", Set.of("company/companies")),
          Map.entry("contact", Set.of("company/contacts")),
          Map.entry("configuration", Set.of("company/configurations")),
          Map.entry("invoice", Set.of("finance/invoices")),
          Map.entry("expense", Set.of("expense/entries")),
          Map.entry("member", Set.of("system/members")),
          Map.entry("opportunity", Set.of("sales/opportunities")),
          Map.entry("productcatalog", Set.of("procurement/catalog")),
          Map.entry("project", Set.of("project/projects")),
          Map.entry("purchaseorder", Set.of("procurement/purchaseorders")),
          Map.entry("schedule", Set.of("schedule/entries")),
          Map.entry("site", Set.of()), // has no list of its own
          Map.entry("ticket", Set.of("service/tickets", "project/tickets")),
          Map.entry("time", Set.of("time/entries")));

  private SignalParser() {}

  /**
   * Reads the value of a record.
   *
   * @throws IllegalArgumentException that says what is wrong and quotes nothing
   */
  public static Signal parse(byte[] value) {
    if (value == null || value.length == 0) {
      throw new IllegalArgumentException("it has no value");
    }
    if (value.length > LARGEST) {
      throw new IllegalArgumentException("it has more than " + LARGEST + " bytes");
    }
    JsonNode signal = tree(value);
    return signal.has("Action") ? callback(signal) : own(signal);
  }

  /** What is known of a signal that cannot be followed. */
  static SignalNews rejected(byte[] value, String reason) {
    Optional<JsonNode> signal = Optional.empty();
    try {
      signal = Optional.of(tree(value == null || value.length > LARGEST ? new byte[0] : value));
    } catch (IllegalArgumentException e) {
      // The reason says it.
    }
    Optional<JsonNode> own = signal.filter(it -> !it.has("Action"));
    return SignalNews.rejected(
        own.map(it -> it.get("id")).flatMap(SignalParser::nameIn),
        own.map(it -> it.path("type").asText("").toLowerCase(Locale.ROOT)).filter(TYPES::contains),
        reason);
  }

  private static JsonNode tree(byte[] value) {
    try {
      JsonNode tree = JSON.readTree(value);
      if (tree != null && tree.isObject()) {
        return tree;
      }
    } catch (IOException e) {
      // Jackson's message quotes the text.
    }
    throw new IllegalArgumentException("its value is no JSON object");
  }

  private static Signal callback(JsonNode body) {
    String action = text(body, "Action").orElse("").toLowerCase(Locale.ROOT);
    if (!Set.of("added", "updated", "deleted").contains(action)) {
      throw new IllegalArgumentException("\"Action\" is none of added, updated, deleted");
    }
    String type = text(body, "Type").orElse("").toLowerCase(Locale.ROOT).replaceAll("\\s", "");
    Set<String> resources = RESOURCES.get(type);
    if (resources == null) {
      throw new IllegalArgumentException("\"Type\" is no type of a callback that is known");
    }
    return new Signal.Changed(resources, id(body.get("ID"), "ID"), action.equals("deleted"));
  }

  private static Signal own(JsonNode signal) {
    String type = text(signal, "type").orElse("").toLowerCase(Locale.ROOT);
    return switch (type) {
      case "changed" -> {
        checkFields(signal, "resource", "action");
        String resource =
            text(signal, "resource")
                .orElseThrow(() -> new IllegalArgumentException("\"resource\" is missing"))
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("^/|/$", "");
        boolean deleted = text(signal, "action").filter("deleted"::equalsIgnoreCase).isPresent();
        yield new Signal.Changed(Set.of(resource), id(signal.get("id"), "id"), deleted);
      }
      case "reread" -> {
        checkFields(signal, "query", "conditions", "ids");
        yield reread(signal);
      }
      case "sweep" -> run(signal, PassKind.SWEEP);
      case "refresh" -> run(signal, PassKind.REFRESH);
      case "pause" -> pause(signal, true);
      case "resume" -> pause(signal, false);
      default ->
          throw new IllegalArgumentException(
              "\"type\" is none of changed, reread, sweep, refresh, pause, resume");
    };
  }

  private static Signal run(JsonNode signal, PassKind kind) {
    checkFields(signal, "query");
    return new Signal.Run(text(signal, "query"), name(signal), kind);
  }

  private static Signal pause(JsonNode signal, boolean paused) {
    checkFields(signal, "query");
    return new Signal.Pause(text(signal, "query"), name(signal), paused);
  }

  private static Signal reread(JsonNode signal) {
    Optional<String> conditions = text(signal, "conditions").filter(text -> !text.isBlank());
    if (conditions.isPresent() == signal.has("ids")) {
      throw new IllegalArgumentException("it needs either \"conditions\" or \"ids\"");
    }
    conditions.ifPresent(SignalParser::checkConditions);
    return new Signal.Reread(
        text(signal, "query"), name(signal), conditions, ids(signal.get("ids")));
  }

  /** What the sender calls the signal. */
  private static Optional<String> name(JsonNode signal) {
    JsonNode id = signal.get("id");
    if (id == null || id.isNull()) {
      return Optional.empty();
    }
    return Optional.of(
        nameIn(id)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "\"id\" is no text or whole number of up to "
                            + LONGEST_NAME
                            + " characters")));
  }

  private static Optional<String> nameIn(JsonNode id) {
    return Optional.of(id)
        .filter(it -> it.isTextual() || it.isIntegralNumber())
        .map(JsonNode::asText)
        .filter(text -> text.length() <= LONGEST_NAME);
  }

  /** They are put into brackets beside those of the query, and must not leave them. */
  private static void checkConditions(String conditions) {
    if (conditions.length() > LONGEST_CONDITIONS) {
      throw new IllegalArgumentException(
          "\"conditions\" has more than " + LONGEST_CONDITIONS + " characters");
    }
    if (!Conditions.isClosed(conditions)) {
      throw new IllegalArgumentException(
          "\"conditions\" leaves a quote or a bracket open, or closes one that is not open");
    }
  }

  private static List<Long> ids(JsonNode ids) {
    if (ids == null) {
      return List.of();
    }
    if (!ids.isArray() || ids.isEmpty() || ids.size() > MOST_IDS) {
      throw new IllegalArgumentException(
          "\"ids\" is no array of 1 to " + MOST_IDS + " whole numbers");
    }
    List<Long> all = new ArrayList<>();
    ids.forEach(each -> all.add(id(each, "ids")));
    return List.copyOf(all);
  }

  /** Ids are positive 32-bit integers (openapi: int32). */
  private static long id(JsonNode node, String name) {
    if (node != null
        && (node.isIntegralNumber() || node.isTextual())
        && node.asText().matches("[1-9]\\d{0,9}")
        && Long.parseLong(node.asText()) <= Integer.MAX_VALUE) {
      return Long.parseLong(node.asText());
    }
    throw new IllegalArgumentException("\"" + name + "\" is missing or no whole number above 0");
  }

  private static Optional<String> text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException("\"" + name + "\" is no text");
    }
    return Optional.of(value.textValue());
  }

  /** What a mistyped field was to say would be dropped without a word. */
  private static void checkFields(JsonNode signal, String... known) {
    Set<String> all = Set.of(known);
    for (Iterator<String> names = signal.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!name.equals("type") && !name.equals("id") && !all.contains(name)) {
        throw new IllegalArgumentException(
            "it has a field besides \"type\", \"id\" and " + String.join(", ", known));
      }
    }
  }
}
