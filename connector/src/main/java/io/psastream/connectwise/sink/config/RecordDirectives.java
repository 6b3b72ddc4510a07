package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.template.Template;
import java.util.List;
import java.util.Optional;

/**
 * What a record itself may say of what is done with it.
 *
 * @param envelope how its value is wrapped
 * @param header the header that names the operation
 * @param allowed the operations that the header may name
 * @param lane what keeps records in order; empty for their keys
 * @param placeholder what stands for a value that the record does not have
 */
public record RecordDirectives(
    Envelope envelope,
    Optional<String> header,
    List<Operation> allowed,
    Optional<Template> lane,
    Placeholder placeholder) {

  /** Gives each record something of its own. */
  private static final Template EACH = Template.parse("${topic} ${partition} ${offset}");

  /** How the value of a record is wrapped. */
  public enum Envelope {
    NONE,
    DEBEZIUM
  }

  static RecordDirectives of(AliasValues values, Catalog catalog) {
    boolean ids = !values.list(RouteKeys.OPERATION_ALLOWED).isEmpty();
    Optional<String> header = values.text(RouteKeys.OPERATION_HEADER);
    if (header.isPresent() && !ids) {
      values.problem(
          RouteKeys.OPERATION_ALLOWED, "is missing; list the operations that the header may name");
    } else if (header.isEmpty() && ids) {
      values.problem(
          RouteKeys.OPERATION_HEADER,
          "is missing; name the header that holds one of " + RouteKeys.OPERATION_ALLOWED);
    }
    return new RecordDirectives(
        values.choice(Envelope.class, RouteKeys.ENVELOPE),
        header,
        values.operations(RouteKeys.OPERATION_ALLOWED, catalog, Route::readProblem),
        lane(values),
        placeholder(values));
  }

  private static Placeholder placeholder(AliasValues values) {
    try {
      return Placeholder.of(values.text(RouteKeys.PLACEHOLDER).orElse(Placeholder.USUAL));
    } catch (IllegalArgumentException e) {
      values.problem(
          RouteKeys.PLACEHOLDER,
          "expected a text, or hex: and pairs of hexadecimal digits, as Debezium has it");
      return Placeholder.of(Placeholder.USUAL);
    }
  }

  private static Optional<Template> lane(AliasValues values) {
    if (values.is(RouteKeys.LANE, "record")) {
      return Optional.empty();
    }
    if (values.is(RouteKeys.LANE, "none")) {
      return Optional.of(EACH);
    }
    try {
      Template template = Template.parse(values.text(RouteKeys.LANE).orElse(""));
      boolean constant = template.parts().stream().noneMatch(Template.Expression.class::isInstance);
      if (constant || template.uses(Template.Source.ITEM)) {
        values.problem(
            RouteKeys.LANE,
            "expected record, none or an expression without ${item}, such as ${value.ticketId}");
      }
      return Optional.of(template);
    } catch (IllegalArgumentException e) {
      values.problem(RouteKeys.LANE, e.getMessage());
      return Optional.empty();
    }
  }

  /** Whether no record has an order with another. */
  boolean unordered() {
    return lane.filter(EACH::equals).isPresent();
  }
}
