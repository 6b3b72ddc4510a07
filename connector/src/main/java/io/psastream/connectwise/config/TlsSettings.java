package io.psastream.connectwise.config;

import static org.apache.kafka.common.config.SslConfigs.SSL_CIPHER_SUITES_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYMANAGER_ALGORITHM_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_KEY_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEYSTORE_TYPE_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_KEY_PASSWORD_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_PROTOCOL_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_PROVIDER_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_SECURE_RANDOM_IMPLEMENTATION_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTMANAGER_ALGORITHM_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG;
import static org.apache.kafka.common.config.SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG;

import io.psastream.connectwise.client.ClientSettings.Tls;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Makes a TLS context of Kafka's own SSL keys, by the class that Kafka reads them with, so that
 * each means what it does to Kafka. Files are read once: a task that starts later sees what they
 * are then.
 */
final class TlsSettings {

  /**
   * Keys that are read together, in an order in which none needs a later one. What cannot be read
   * is told on the first of them that is given.
   */
  private static final List<List<String>> GROUPS =
      List.of(
          List.of(SSL_PROTOCOL_CONFIG),
          List.of(SSL_PROVIDER_CONFIG),
          List.of(SSL_SECURE_RANDOM_IMPLEMENTATION_CONFIG),
          List.of(SSL_TRUSTMANAGER_ALGORITHM_CONFIG),
          List.of(SSL_KEYMANAGER_ALGORITHM_CONFIG),
          List.of(
              SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
              SSL_TRUSTSTORE_LOCATION_CONFIG,
              SSL_TRUSTSTORE_PASSWORD_CONFIG,
              SSL_TRUSTSTORE_TYPE_CONFIG),
          List.of(
              SSL_KEYSTORE_KEY_CONFIG,
              SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
              SSL_KEYSTORE_LOCATION_CONFIG,
              SSL_KEYSTORE_PASSWORD_CONFIG,
              SSL_KEY_PASSWORD_CONFIG,
              SSL_KEYSTORE_TYPE_CONFIG));

  private final Map<String, Object> ssl;
  private final Problems problems;

  private TlsSettings(Map<String, Object> ssl, Problems problems) {
    this.ssl = ssl;
    this.problems = problems;
  }

  /** The TLS settings; empty where they cannot be read, which is reported on the keys. */
  static Optional<Tls> of(Map<String, Object> ssl, Problems problems) {
    return new TlsSettings(ssl, problems).read();
  }

  private Optional<Tls> read() {
    try (DefaultSslEngineFactory factory = configured(ssl)) {
      SSLContext context = factory.sslContext();
      return Optional.of(
          new Tls(
              context,
              trust(factory.truststore()),
              verifiesHost(),
              enabled(
                  SSL_ENABLED_PROTOCOLS_CONFIG,
                  context.getDefaultSSLParameters().getProtocols(),
                  context.getSupportedSSLParameters().getProtocols()),
              given(SSL_CIPHER_SUITES_CONFIG).isEmpty()
                  ? List.of()
                  : enabled(
                      SSL_CIPHER_SUITES_CONFIG,
                      context.getDefaultSSLParameters().getCipherSuites(),
                      context.getDefaultSSLParameters().getCipherSuites())));
    } catch (GeneralSecurityException | RuntimeException e) {
      // Kafka's exceptions, and those of the JDK that it lets pass.
      report(culprit(), "cannot be used: " + reason(e));
      return Optional.empty();
    }
  }

  private static DefaultSslEngineFactory configured(Map<String, Object> values) {
    DefaultSslEngineFactory factory = new DefaultSslEngineFactory();
    factory.configure(values);
    return factory;
  }

  private void report(String key, String problem) {
    problems.add(ConnectionKeys.SSL_PREFIX + key, problem);
  }

  private static String reason(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    boolean more = root != problem && root.getMessage() != null;
    return problem.getMessage() + (more ? " (" + root.getMessage() + ")" : "");
  }

  private List<?> given(String key) {
    return Objects.requireNonNullElse((List<?>) ssl.get(key), List.of());
  }

  /** Those of the listed names that the context enables. */
  private List<String> enabled(String key, String[] enabled, String[] known) {
    List<?> given = given(key);
    List<String> both =
        List.of(enabled).stream().filter(it -> given.isEmpty() || given.contains(it)).toList();
    List<?> unknown = given.stream().filter(it -> !List.of(known).contains(it)).toList();
    if (!unknown.isEmpty() || both.isEmpty()) {
      report(
          key,
          (unknown.isEmpty() ? given : unknown)
              + " cannot be used with this JVM and ssl.protocol; it enables "
              + String.join(", ", enabled));
    }
    return both;
  }

  private boolean verifiesHost() {
    Object algorithm = ssl.get(SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
    String text = algorithm == null ? "https" : algorithm.toString().strip();
    if (!text.isEmpty() && !text.equalsIgnoreCase("https")) {
      report(
          SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG, "expected https, or nothing for no check");
    }
    return !text.isEmpty();
  }

  /** The key with which reading fails, when the groups are added one by one. */
  private String culprit() {
    Map<String, Object> some = defaults();
    for (List<String> group : GROUPS) {
      group.forEach(key -> some.put(key, ssl.get(key)));
      if (!isReadable(some)) {
        List<String> given = group.stream().filter(key -> ssl.get(key) != null).toList();
        return given.size() > 1 && !isChainReadable()
            ? SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG
            : given.get(0);
      }
    }
    return SSL_PROTOCOL_CONFIG;
  }

  /** Whether the chain of a PEM key, if any, can be read without the key. */
  private boolean isChainReadable() {
    Map<String, Object> chain = defaults();
    chain.put(SSL_TRUSTSTORE_TYPE_CONFIG, DefaultSslEngineFactory.PEM_TYPE);
    chain.put(SSL_TRUSTSTORE_CERTIFICATES_CONFIG, ssl.get(SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG));
    return isReadable(chain);
  }

  private static Map<String, Object> defaults() {
    ConfigDef def = new ConfigDef();
    SslConfigs.addClientSslSupport(def);
    return new HashMap<>(def.defaultValues());
  }

  private static boolean isReadable(Map<String, Object> values) {
    try (DefaultSslEngineFactory factory = configured(values)) {
      return factory.sslContext() != null;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private X509TrustManager trust(KeyStore store) throws GeneralSecurityException {
    Object algorithm = ssl.get(SSL_TRUSTMANAGER_ALGORITHM_CONFIG);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(
            algorithm == null ? TrustManagerFactory.getDefaultAlgorithm() : algorithm.toString());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("no X.509 trust manager");
  }
}
