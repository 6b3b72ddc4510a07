package io.psastream.connectwise.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Settings of a Kafka client that the connector opens itself, given under a prefix. The worker's
 * {@code connector.client.config.override.policy} does not see them, so only what is listed here is
 * taken: where to connect, how to prove who one is, and how to send. What loads code, reads other
 * files or URLs, or takes the worker's own identity is refused by name.
 */
public final class KafkaClientKeys {

  /** Of all clients: connecting, TLS by stores, and SASL by a user and a password. */
  private static final Set<String> SHARED =
      Set.of(
          "client.dns.lookup",
          "client.id",
          "connections.max.idle.ms",
          "metadata.max.age.ms",
          "receive.buffer.bytes",
          "reconnect.backoff.max.ms",
          "reconnect.backoff.ms",
          "request.timeout.ms",
          "retry.backoff.max.ms",
          "retry.backoff.ms",
          "sasl.jaas.config",
          "sasl.mechanism",
          "security.protocol",
          "send.buffer.bytes",
          "socket.connection.setup.timeout.max.ms",
          "socket.connection.setup.timeout.ms",
          "ssl.cipher.suites",
          "ssl.enabled.protocols",
          "ssl.endpoint.identification.algorithm",
          "ssl.key.password",
          "ssl.keymanager.algorithm",
          "ssl.keystore.certificate.chain",
          "ssl.keystore.key",
          "ssl.keystore.location",
          "ssl.keystore.password",
          "ssl.keystore.type",
          "ssl.protocol",
          "ssl.provider",
          "ssl.secure.random.implementation",
          "ssl.trustmanager.algorithm",
          "ssl.truststore.certificates",
          "ssl.truststore.location",
          "ssl.truststore.password",
          "ssl.truststore.type");

  /** By the mechanisms that need no more than a user and a password; Kerberos reads files. */
  private static final Map<String, String> LOGIN_MODULES =
      Map.of(
          "PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule",
          "SCRAM-SHA-256", "org.apache.kafka.common.security.scram.ScramLoginModule",
          "SCRAM-SHA-512", "org.apache.kafka.common.security.scram.ScramLoginModule");

  private static final String REFUSED =
      "is no setting that a connector may give to a Kafka client of its own, since the worker's"
          + " override policy does not see it; remove it. docs/operations.md lists those that it"
          + " may";

  private static final String EXAMPLE =
      "Example: org.apache.kafka.common.security.plain.PlainLoginModule required username=\"user\""
          + " password=\"${secrets:kafka:password}\";";

  private final String prefix;
  private final ConfigDef def;
  private final Set<String> own;

  /**
   * The settings of one client.
   *
   * @param prefix what begins with this is a setting of it
   * @param def all settings that this kind of client has
   * @param own those that may be given besides the ones of all clients
   */
  public KafkaClientKeys(String prefix, ConfigDef def, Set<String> own) {
    this.prefix = prefix;
    this.def = def;
    this.own = own;
  }

  /** Reports each setting that is not taken or whose value is wrong, on its own key. */
  public void check(Map<String, String> properties, Problems problems) {
    Map<String, String> given = new TreeMap<>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            given.put(key.substring(prefix.length()), value);
          }
        });
    given.keySet().stream()
        .filter(key -> !SHARED.contains(key) && !own.contains(key))
        .forEach(key -> problems.add(prefix + key, REFUSED));
    def.validate(new HashMap<>(given)).stream()
        .filter(value -> given.containsKey(value.name()) && !problems.has(prefix + value.name()))
        .forEach(
            value ->
                value.errorMessages().forEach(text -> problems.add(prefix + value.name(), text)));
    checkSasl(given, problems);
  }

  private void checkSasl(Map<String, String> given, Problems problems) {
    boolean sasl =
        given
            .getOrDefault("security.protocol", "")
            .strip()
            .toUpperCase(Locale.ROOT)
            .startsWith("SASL");
    String mechanism = given.getOrDefault(SaslConfigs.SASL_MECHANISM, "").strip();
    String jaas = given.get(SaslConfigs.SASL_JAAS_CONFIG);
    if ((sasl || !mechanism.isEmpty()) && !LOGIN_MODULES.containsKey(mechanism)) {
      problems.add(
          prefix + SaslConfigs.SASL_MECHANISM,
          "expected one of " + String.join(", ", new TreeMap<>(LOGIN_MODULES).keySet()));
    }
    if (jaas != null && !jaas.isBlank()) {
      loginProblem(jaas).ifPresent(it -> problems.add(prefix + SaslConfigs.SASL_JAAS_CONFIG, it));
    } else if (sasl) {
      problems.add(
          prefix + SaslConfigs.SASL_JAAS_CONFIG,
          "is missing; without it the client would log in as the worker. " + EXAMPLE);
    }
  }

  /** By Kafka's own parser, so that what is checked is what is run; its messages quote the text. */
  private static Optional<String> loginProblem(String jaas) {
    try {
      Map<String, ?> text = Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas));
      Set<String> modules = Set.copyOf(LOGIN_MODULES.values());
      return JaasContext.loadClientContext(text).configurationEntries().stream()
          .map(AppConfigurationEntry::getLoginModuleName)
          .filter(module -> !modules.contains(module))
          .findFirst()
          .map(module -> "may name no other login module than " + names(modules) + ". " + EXAMPLE);
    } catch (RuntimeException e) {
      return Optional.of("is not the text of one login module. " + EXAMPLE);
    }
  }

  private static String names(Set<String> modules) {
    return modules.stream().sorted().collect(Collectors.joining(" and "));
  }
}
