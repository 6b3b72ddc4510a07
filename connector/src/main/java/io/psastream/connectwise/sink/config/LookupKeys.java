package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.Key;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys of look-ups: how the item of a record is found, and what happens then. */
public final class LookupKeys {

  static final String OPERATION = "lookup.operation.id";
  static final String CONDITIONS = "lookup.conditions";
  static final String CHILD_CONDITIONS = "lookup.child.conditions";
  static final String CUSTOM_FIELD_CONDITIONS = "lookup.custom.field.conditions";
  static final String WAIT_MS = "lookup.wait.ms";
  static final String MEMORY_MS = "lookup.memory.ms";
  static final String CREATE = "create.operation.id";
  static final String UPDATE = "update.operation.id";
  static final String ON_EXISTS = "behavior.on.exists";

  /** The keys of conditions and the query parameter that each is sent as. */
  static final Map<String, String> PARAMETERS = parameters();

  static final List<Key> ALL =
      List.of(
          Key.of(
                  OPERATION,
                  Type.STRING,
                  null,
                  "The list in which the item of a record is looked up by a key of your own, before"
                      + " anything is written: what is found is updated, what is not is created, so"
                      + " that a record that is delivered twice creates once. With a mutate operation"
                      + " that changes or deletes, it finds the id, and options need none. Needs one"
                      + " of the lookup conditions. Example: getServiceTickets.")
              .decides(CONDITIONS, CHILD_CONDITIONS, CUSTOM_FIELD_CONDITIONS, WAIT_MS, MEMORY_MS)
              .display("Operation for look-ups")
              .importance(Importance.HIGH),
          conditions(
              CONDITIONS,
              "Look-up conditions",
              "The conditions of the look-up. They must find one item at most; more than one rejects"
                  + " the record. ${key} and the other expressions of the options may stand inside"
                  + " quotes, or bare for numbers; what they give cannot change the condition."
                  + " Example: externalXRef=\"${key}\"."),
          conditions(
              CHILD_CONDITIONS,
              "Look-up child conditions",
              "Conditions of the look-up on arrays inside the item. Example:"
                  + " communicationItems/value=\"${value.email}\"."),
          conditions(
              CUSTOM_FIELD_CONDITIONS,
              "Look-up custom field conditions",
              "Conditions of the look-up on custom fields. Example: caption=\"Alert id\" AND"
                  + " value=\"${key}\"."),
          Key.of(
                  WAIT_MS,
                  Type.LONG,
                  15_000L,
                  "How long a create may take to appear in the list of the look-up. So long is"
                      + " waited between the two look-ups that follow a create whose answer was"
                      + " lost, and, once after a partition was assigned, before what is not found"
                      + " is taken for missing: the task that had it before may have created it just"
                      + " then. Raise it if your site is known to finish requests long after they"
                      + " timed out. Example: 30000.")
              .display("Wait before the second look-up, ms")
              .validator(Range.between(0, 600_000))
              .importance(Importance.LOW),
          Key.of(
                  MEMORY_MS,
                  Type.LONG,
                  60_000L,
                  "How long a task remembers the id of what it created by a look-up, 10,000 items at"
                      + " most. It is looked for by its id first, since a list may show it only"
                      + " seconds later; a list that has not shown it would create it twice. 0"
                      + " remembers nothing. Example: 300000, for a site whose lists lag by minutes.")
              .display("Memory of creates, ms")
              .validator(Range.between(0, 3_600_000))
              .importance(Importance.LOW),
          Key.of(
                  ON_EXISTS,
                  Type.STRING,
                  "update",
                  "What to do when a create finds its item already there by the look-up. update:"
                      + " change it with update.operation.id. ignore: leave it, for a create at most"
                      + " once. fail: reject the record.")
              .display("On existing items")
              .oneOf(List.of("update", "ignore", "fail")),
          Key.of(
                  UPDATE,
                  Type.STRING,
                  null,
                  "The operation that changes what a look-up finds, where the mutate operation"
                      + " creates. Unset means the PATCH of the same resource. Example:"
                      + " patchServiceTicketsById.")
              .display("Operation for what is found")
              .importance(Importance.LOW),
          Key.of(
                  CREATE,
                  Type.STRING,
                  null,
                  "The operation that creates what an update does not find, with"
                      + " behavior.on.not.found=create. Unset means the POST of the same resource."
                      + " Example: postServiceTickets.")
              .display("Operation for what is not found")
              .importance(Importance.LOW));

  private LookupKeys() {}

  /** The key that sets a query parameter. */
  public static String keyOf(String parameter) {
    return PARAMETERS.entrySet().stream()
        .filter(it -> it.getValue().equals(parameter))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static Key conditions(String name, String display, String doc) {
    return Key.of(name, Type.STRING, null, doc).display(display).width(Width.LONG);
  }

  private static Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put(CONDITIONS, "conditions");
    parameters.put(CHILD_CONDITIONS, "childConditions");
    parameters.put(CUSTOM_FIELD_CONDITIONS, "customFieldConditions");
    return parameters;
  }
}
