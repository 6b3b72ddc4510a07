package io.psastream.connectwise.config;

import io.psastream.connectwise.client.ClientSettings.Tls;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Builds a TLS context from Kafka's own SSL keys, so that stores are read the way Kafka reads them.
 */
final class TlsSettings {

  private TlsSettings() {}

  /** The TLS settings; empty without keys, for the trust store of the JVM. */
  static Optional<Tls> of(Map<String, Object> ssl) {
    if (ssl.isEmpty()) {
      return Optional.empty();
    }
    try (DefaultSslEngineFactory stores = new DefaultSslEngineFactory()) {
      stores.configure(ssl);
      return Optional.of(
          new Tls(stores.sslContext(), trust(stores.truststore()), verifiesHost(ssl)));
    } catch (GeneralSecurityException | KafkaException e) {
      throw new ConfigException(
          "The TLS stores cannot be read; check the https.ssl.* keys: " + e.getMessage());
    }
  }

  private static boolean verifiesHost(Map<String, Object> ssl) {
    Object algorithm = ssl.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
    return algorithm == null || !algorithm.toString().isEmpty();
  }

  private static X509TrustManager trust(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("no X.509 trust manager");
  }
}
