package io.psastream.connectwise.simulator.read;

import io.psastream.connectwise.simulator.condition.Condition;
import io.psastream.connectwise.simulator.condition.Field;
import io.psastream.connectwise.simulator.condition.Field.Type;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.fault.FaultKind;
import io.psastream.connectwise.simulator.fault.Faults;
import io.psastream.connectwise.simulator.query.ConditionParser;
import io.psastream.connectwise.simulator.query.ConditionParser.Dialect;
import io.psastream.connectwise.simulator.query.Datetimes;
import io.psastream.connectwise.simulator.query.Fields;
import io.psastream.connectwise.simulator.query.OrderBy;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which items a request asks for, and in which order.
 *
 * @param condition what they must match, all kinds of conditions together
 * @param order their order
 */
record ItemQuery(Condition condition, OrderBy order) {

  private static final Map<String, Field> CUSTOM_FIELD =
      Stream.of(
              "id", "caption", "type", "entryMethod", "numberOfDecimals", "value", "connectWiseId")
          .collect(
              Collectors.toMap(
                  name -> name.toLowerCase(Locale.ROOT),
                  name -> new Field(List.of("customFields", name), Type.ANY)));

  /** The texts of a query, from a URL or from the body of a search. */
  record Texts(
      String conditions, String childConditions, String customFieldConditions, String orderBy) {

    static Texts of(ApiCall call) {
      return new Texts(
          call.query("conditions"),
          call.query("childConditions"),
          call.query("customFieldConditions"),
          call.query("orderBy"));
    }
  }

  static ItemQuery of(ApiCall call, Texts texts, Faults faults) {
    Datetimes datetimes =
        faults
            .rule(FaultKind.TZ_BUG, call.request())
            .map(fault -> Datetimes.misreadZones((int) fault.number("minutes")))
            .orElse(Datetimes.STRICT);
    List<Condition> parts = new ArrayList<>();
    Condition own =
        ConditionParser.parse(texts.conditions(), new Dialect(call.shape(), datetimes, true));
    parts.add(
        faults.rule(FaultKind.IGNORE_LAST_UPDATED, call.request()).isPresent()
            ? own.withoutLastUpdated()
            : own);
    children(call, texts.childConditions(), datetimes).ifPresent(parts::add);
    customFields(texts.customFieldConditions(), datetimes).ifPresent(parts::add);
    hidden(call, faults).ifPresent(parts::add);
    return new ItemQuery(
        parts.size() == 1 ? parts.get(0) : new Condition.And(parts),
        OrderBy.parse(texts.orderBy(), call.shape()));
  }

  private static Optional<Condition> children(ApiCall call, String text, Datetimes datetimes) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    Shape.Children names = new Shape.Children(call.shape());
    Condition inner = ConditionParser.parse(text, new Dialect(names, datetimes, false));
    return Optional.of(new Condition.AnyElement(names.array(), inner));
  }

  private static Optional<Condition> customFields(String text, Datetimes datetimes) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    Fields names = name -> Optional.ofNullable(CUSTOM_FIELD.get(name.toLowerCase(Locale.ROOT)));
    Condition inner = ConditionParser.parse(text, new Dialect(names, datetimes, false));
    return Optional.of(new Condition.AnyElement("customFields", inner));
  }

  /** Rows that this member's role does not see; they are missing without a word (P26a). */
  static Optional<Condition> hidden(ApiCall call, Faults faults) {
    return faults
        .rule(FaultKind.HIDE_ROWS, call.request())
        .map(fault -> hidden(call.shape(), fault));
  }

  private static Condition hidden(Shape shape, Fault fault) {
    return new Condition.Not(
        ConditionParser.parse(
            fault.text("conditions"), new Dialect(shape, Datetimes.STRICT, true)));
  }
}
