package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.Group;
import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.Validators;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys of the topics that answers and errors are published to. */
final class ReporterKeys {

  static final String RESULT_TOPIC = "reporter.result.topic";
  static final String ERROR_TOPIC = "reporter.error.topic";
  static final String BOOTSTRAP_SERVERS = "reporter.bootstrap.servers";

  /** What begins with this concerns reports. */
  static final String PREFIX = "reporter.";

  /** The topics, of which one is needed for the other keys. */
  static final List<String> TOPICS = List.of(RESULT_TOPIC, ERROR_TOPIC);

  /** What begins with this is handed to the producer. */
  static final String PRODUCER_PREFIX = "reporter.producer.";

  private ReporterKeys() {}

  static void define(ConfigDef def) {
    Group group = new Group(def, "Reports");
    group.add(
        Key.of(
                RESULT_TOPIC,
                Type.STRING,
                null,
                "The topic that gets a message for every call that was applied: the record's"
                    + " coordinates and key, the operation, the status and the items that"
                    + " ConnectWise answered, such as the id of what was created. Unset publishes"
                    + " nothing. The topic must exist, or be created by the broker. Example:"
                    + " psa.ticket.results.")
            .display("Result topic")
            .validator(Validators.TOPIC));
    group.add(
        Key.of(
                ERROR_TOPIC,
                Type.STRING,
                null,
                "The topic that gets a message for every record that was not applied, with"
                    + " ConnectWise's code, message and fields. With it, a rejected record does not"
                    + " stop the task, also where Connect has no dead letter topic (which, unlike"
                    + " this one, gets the record itself). Example: psa.ticket.errors.")
            .display("Error topic")
            .validator(Validators.TOPIC));
    group.add(
        Key.of(
                BOOTSTRAP_SERVERS,
                Type.LIST,
                "",
                "The brokers of the result and the error topic, usually the same as those of the"
                    + " worker, which a connector is not told. Settings of Kafka's producer for"
                    + " connecting, TLS, SASL, sending and waiting can be given as"
                    + " reporter.producer.<setting>, such as reporter.producer.security.protocol;"
                    + " docs/operations.md lists them. Example: broker1:9092, broker2:9092.")
            .display("Brokers for reports")
            .validator(Validators.BROKERS)
            .importance(Importance.MEDIUM)
            .width(Width.LONG));
  }
}
