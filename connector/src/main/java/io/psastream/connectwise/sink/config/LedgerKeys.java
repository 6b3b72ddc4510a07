package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.Group;
import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.Validators;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys of the topic that remembers creates. */
final class LedgerKeys {

  static final String TOPIC = "ledger.topic";
  static final String BOOTSTRAP_SERVERS = "ledger.bootstrap.servers";

  /** What begins with this concerns the ledger. */
  static final String PREFIX = "ledger.";

  /** The topic, which is needed for the other keys. */
  static final List<String> TOPICS = List.of(TOPIC);

  /** What begins with this is handed to the producer. */
  static final String PRODUCER_PREFIX = "ledger.producer.";

  /** What begins with this is handed to the consumer. */
  static final String CONSUMER_PREFIX = "ledger.consumer.";

  private LedgerKeys() {}

  static void define(ConfigDef def) {
    Group group = new Group(def, "Ledger");
    group.add(
        Key.of(
                TOPIC,
                Type.STRING,
                null,
                "The topic in which the connector notes each create before it is sent, and its"
                    + " outcome afterwards. With it, no create is sent twice, also after a crash and"
                    + " without a look-up: what was created is told again, and what may have been is"
                    + " looked up or reported (behavior.on.ambiguous.create). Each create waits for"
                    + " two transactions of Kafka, which creates under way at once share. The topic"
                    + " must exist and be compacted (cleanup.policy=compact); one partition is"
                    + " enough, and connectors may share it. Unset remembers nothing. Example:"
                    + " psa.ledger.")
            .decides(BOOTSTRAP_SERVERS)
            .display("Ledger topic")
            .validator(Validators.TOPIC));
    group.add(
        Key.of(
                BOOTSTRAP_SERVERS,
                Type.LIST,
                "",
                "The brokers of the ledger, usually the same as those of the worker, which a"
                    + " connector is not told. Settings of Kafka's producer and consumer can be given"
                    + " as ledger.producer.<setting> and ledger.consumer.<setting>, such as"
                    + " ledger.producer.security.protocol. Example: broker1:9092, broker2:9092.")
            .display("Brokers of the ledger")
            .validator(Validators.BROKERS)
            .importance(Importance.MEDIUM)
            .width(Width.LONG));
  }
}
