package io.psastream.connectwise.callbacks;

import static org.apache.kafka.clients.producer.ProducerConfig.BOOTSTRAP_SERVERS_CONFIG;

import io.psastream.connectwise.client.ClientSettings;
import io.psastream.connectwise.config.ConnectionConfig;
import io.psastream.connectwise.config.ConnectionKeys;
import io.psastream.connectwise.config.Validators;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The settings, from a file, the environment and the command line, of which the later win. The
 * connection is given with the keys of the connectors.
 */
final class Settings {

  static final String LISTEN = "listen";
  static final String TOPIC = "topic";
  static final String URL = "callback.url";
  static final String TYPES = "callback.types";
  static final String NAME = "callback.name";
  static final String PRODUCER = "producer.";

  /** How long a callback waits for Kafka; ConnectWise waits 5 s for all (P30). */
  static final int KAFKA_MS = 1_500;

  private static final ConfigDef DEF =
      ConnectionKeys.define(new ConfigDef())
          .define(LISTEN, Type.STRING, "127.0.0.1:8090", Importance.HIGH, "HOST:PORT")
          .define(TOPIC, Type.STRING, "", Importance.HIGH, "The signal topic.")
          .define(BOOTSTRAP_SERVERS_CONFIG, Type.STRING, "", Importance.HIGH, "The brokers.")
          .define(URL, Type.STRING, "", Importance.HIGH, "The address for ConnectWise.")
          .define(TYPES, Type.LIST, "ticket", Importance.HIGH, "What callbacks are for.")
          .define(NAME, Type.STRING, "default", Importance.LOW, "Tells installations apart.");

  private final AbstractConfig config;

  private Settings(Map<String, String> properties) {
    this.config = new AbstractConfig(DEF, properties, Map.of(), false);
  }

  /**
   * Reads the settings.
   *
   * @param file from the file
   * @param environment all variables; {@code CONNECTWISE_SITE_URL} is {@code connectwise.site.url}
   * @param options from the command line
   * @throws ConfigException that names the key, and never the value of a secret
   */
  static Settings of(
      Map<String, String> file, Map<String, String> environment, Map<String, String> options) {
    file.keySet().stream()
        .filter(key -> !DEF.names().contains(key) && !key.startsWith(PRODUCER))
        .findFirst()
        .ifPresent(
            key -> {
              throw new ConfigException(
                  key + ": there is no such key; docs/callbacks.md lists those that there are");
            });
    Map<String, String> all = new HashMap<>(file);
    DEF.names()
        .forEach(
            key ->
                Optional.ofNullable(environment.get(variable(key)))
                    .filter(value -> !value.isBlank())
                    .ifPresent(value -> all.put(key, value)));
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(variable(PRODUCER))) {
            all.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    all.putAll(options);
    return new Settings(all);
  }

  private static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  ClientSettings client() {
    return new ConnectionConfig(config).settings();
  }

  /** The address to listen on. */
  InetSocketAddress listen() {
    String text = config.getString(LISTEN).strip();
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new ConfigException(LISTEN, text, "expected HOST:PORT, such as 127.0.0.1:8090");
    }
    String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
    InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
    if (address.isUnresolved()) {
      throw new ConfigException(LISTEN, text, "there is no such host");
    }
    return address;
  }

  String topic() {
    String topic = config.getString(TOPIC).strip();
    if (!Validators.matches(Validators.TOPIC_TEXT, topic)) {
      throw new ConfigException(TOPIC, topic, "expected the signal.topic of the connectors");
    }
    return topic;
  }

  /**
   * The settings of the producer; whatever is given, all replicas confirm and nothing waits long.
   */
  Map<String, Object> producer() {
    String servers = config.getString(BOOTSTRAP_SERVERS_CONFIG).strip();
    if (servers.isEmpty()) {
      throw new ConfigException(
          BOOTSTRAP_SERVERS_CONFIG, servers, "expected HOST:PORT of a broker");
    }
    Map<String, Object> producer = new TreeMap<>();
    producer.put(BOOTSTRAP_SERVERS_CONFIG, servers);
    producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, KAFKA_MS);
    producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * KAFKA_MS);
    producer.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
    producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    producer.putAll(config.originalsWithPrefix(PRODUCER));
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, KAFKA_MS / 2);
    producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    return producer;
  }

  /** Whether callbacks are to be registered by this program. */
  boolean registers() {
    return !config.getString(URL).isBlank();
  }

  /** The entries to register. */
  List<Entry> entries() {
    String address = address();
    List<String> words = config.getList(TYPES);
    if (words.isEmpty()) {
      throw new ConfigException(TYPES, "", "expected at least one type, such as ticket");
    }
    return words.stream().map(word -> Entry.of(word, address)).distinct().toList();
  }

  /** ConnectWise adds the id of the item and {@code &action=} to it (P31). */
  private String address() {
    String text = config.getString(URL).strip();
    try {
      URI url = URI.create(text);
      if (url.getHost() != null
          && String.valueOf(url.getScheme()).matches("https?")
          && url.getUserInfo() == null
          && url.getFragment() == null) {
        boolean complete = text.endsWith("recordId=");
        return complete ? text : text + (url.getQuery() == null ? "?" : "&") + "recordId=";
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new ConfigException(
        URL,
        text,
        "expected where ConnectWise reaches serve, such as https://example.com/connectwise");
  }

  /** The description of the entries that are ours. */
  String mark() {
    String name = config.getString(NAME).strip();
    if (!name.matches("[A-Za-z0-9_.-]{1,50}")) {
      throw new ConfigException(NAME, name, "expected up to 50 letters, digits, '_', '.' or '-'");
    }
    return "connectwise-callbacks " + name;
  }
}
