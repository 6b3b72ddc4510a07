package io.psastream.connectwise.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.Certificates;
import io.psastream.connectwise.client.Certificates.Certificate;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.RawServer;
import io.psastream.connectwise.client.ScriptedServer;
import io.psastream.connectwise.sink.ConnectWiseSinkConnector;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each key of {@code https.ssl.*} does what it says, against servers with real certificates. */
class TlsSettingsTest {

  @TempDir private static Path folder;
  private static Certificate site;
  private static Certificate user;

  private final Map<String, String> keys = new HashMap<>();

  @BeforeAll
  static void createCertificates() throws Exception {
    site = Certificates.create(folder, "ip:127.0.0.1");
    user = Certificates.create(folder, "dns:user");
  }

  private static void any(SSLParameters parameters) {}

  private static void needsClient(SSLParameters parameters) {
    parameters.setNeedClientAuth(true);
  }

  private TlsSettingsTest set(String key, String value) {
    keys.put("https.ssl." + key, value);
    return this;
  }

  private TlsSettingsTest trusting(Certificate certificate) throws Exception {
    return set("truststore.type", "PEM")
        .set("truststore.certificates", certificate.pemCertificate());
  }

  private static ConnectWiseClient client(Map<String, String> properties) {
    ConfigDef def = ConnectionKeys.define(new ConfigDef());
    AbstractConfig config = new AbstractConfig(def, properties, Map.of(), false);
    return ConnectWiseClient.open(new ConnectionConfig(config).settings());
  }

  /** The failure of a call with these keys; null where it succeeds. */
  private ApiException call(Certificate shown, Consumer<SSLParameters> change) throws Exception {
    SSLServerSocket socket =
        (SSLServerSocket)
            shown
                .context(user)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    SSLParameters parameters = socket.getSSLParameters();
    change.accept(parameters);
    socket.setSSLParameters(parameters);
    AtomicInteger asked = new AtomicInteger();
    Supplier<byte[]> answer =
        () -> {
          asked.incrementAndGet();
          return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]".getBytes(UTF_8);
        };
    try (RawServer server = new RawServer(socket, answer)) {
      Map<String, String> properties =
          Connection.with("connectwise.site.url", server.url().toString(), "max.retries", "3");
      properties.put("retry.backoff.ms", "1");
      properties.putAll(keys);
      try (ConnectWiseClient client = client(properties)) {
        ApiException failure =
            catchThrowableOfType(ApiException.class, () -> client.send(Calls.tickets(Map.of())));
        assertThat(asked.get()).isEqualTo(failure == null ? 1 : 0);
        return failure;
      }
    }
  }

  private void assertConnects(Consumer<SSLParameters> server) throws Exception {
    assertThat(call(site, server)).isNull();
  }

  private void assertRefused(Consumer<SSLParameters> server, String key) throws Exception {
    assertThat(call(site, server))
        .hasMessageContaining(key)
        .satisfies(e -> assertThat(e.failure().kind()).isEqualTo(Kind.MISROUTED))
        .satisfies(e -> assertThat(e.stats().attempts()).isEqualTo(1));
  }

  @Test
  void trustsWhatIsInTheTrustStore() throws Exception {
    Path pem = Files.writeString(folder.resolve("trust.pem"), site.pemCertificate());
    set("truststore.type", "PEM").set("truststore.location", pem.toString());
    assertConnects(TlsSettingsTest::any);

    keys.clear();
    trusting(site);
    assertConnects(TlsSettingsTest::any);

    trusting(user);
    assertRefused(TlsSettingsTest::any, "https.ssl.truststore.location");
  }

  @Test
  void aTaskThatStartsAfterTheStoreWasReplacedSeesTheNewOne() throws Exception {
    Path pem = folder.resolve("renewed.pem");
    Files.writeString(pem, user.pemCertificate());
    set("truststore.type", "PEM").set("truststore.location", pem.toString());
    assertRefused(TlsSettingsTest::any, "https.ssl.truststore.location");

    Path next = Files.writeString(folder.resolve("next.pem"), site.pemCertificate());
    Files.move(next, pem, StandardCopyOption.REPLACE_EXISTING);
    assertConnects(TlsSettingsTest::any);
  }

  @Test
  void showsItsOwnCertificateWhereTheSiteWantsOne() throws Exception {
    trusting(site);
    assertThat(call(site, TlsSettingsTest::needsClient)).isNotNull();

    set("keystore.type", "PEM").set("keystore.key", user.pemKey());
    set("keystore.certificate.chain", user.pemCertificate());
    assertConnects(TlsSettingsTest::needsClient);

    keys.remove("https.ssl.keystore.key");
    keys.remove("https.ssl.keystore.certificate.chain");
    set("keystore.type", "PKCS12").set("keystore.location", user.file().toString());
    set("keystore.password", Certificates.PASSWORD).set("key.password", Certificates.PASSWORD);
    set("keymanager.algorithm", "PKIX");
    assertConnects(TlsSettingsTest::needsClient);
  }

  @ParameterizedTest
  @CsvSource({
    "enabled.protocols, TLSv1.3, TLSv1.2, TLSv1.3",
    "enabled.protocols, TLSv1.2, TLSv1.3, TLSv1.2",
    "protocol, TLSv1.2, TLSv1.3, TLSv1.2",
  })
  void usesTheProtocolsOfItsKeys(String key, String value, String other, String same)
      throws Exception {
    trusting(site).set(key, value);

    assertRefused(it -> it.setProtocols(new String[] {other}), "https.ssl.enabled.protocols");
    assertConnects(it -> it.setProtocols(new String[] {same}));
  }

  @Test
  void usesTheCipherSuitesOfItsKey() throws Exception {
    trusting(site).set("cipher.suites", "TLS_AES_128_GCM_SHA256");

    assertRefused(
        it -> it.setCipherSuites(new String[] {"TLS_AES_256_GCM_SHA384"}),
        "https.ssl.cipher.suites");
    assertConnects(it -> it.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"}));
  }

  @Test
  void usesAlgorithmsAndProviderOfItsKeys() throws Exception {
    trusting(site).set("provider", "SunJSSE").set("secure.random.implementation", "SHA1PRNG");
    set("trustmanager.algorithm", "SunX509");

    assertConnects(TlsSettingsTest::any);
  }

  @Test
  void checksTheHostUnlessToldOtherwise() throws Exception {
    trusting(user);
    assertThat(call(user, TlsSettingsTest::any)).hasMessageContaining("check connectwise.site.url");

    set("endpoint.identification.algorithm", "");
    assertThat(call(user, TlsSettingsTest::any)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "keystore.key, nonsense",
    "keystore.certificate.chain, nonsense",
    "truststore.certificates, nonsense",
    "truststore.location, /nowhere/at/all",
    "protocol, nonsense",
    "provider, nonsense",
    "secure.random.implementation, nonsense",
    "keymanager.algorithm, nonsense",
    "trustmanager.algorithm, nonsense",
    "enabled.protocols, TLSv7",
    "cipher.suites, TLS_NONSENSE",
    "endpoint.identification.algorithm, LDAPS",
    "engine.factory.class, org.example.Factory",
    "trustore.location, /a"
  })
  void whatCannotBeUsedIsToldOnItsOwnKey(String key, String value) throws Exception {
    set("keystore.type", "PEM").set("keystore.key", user.pemKey());
    set("keystore.certificate.chain", user.pemCertificate());
    if (!key.equals("truststore.location")) {
      trusting(site);
    }
    set(key, value);
    Map<String, String> properties =
        Connection.with("topics", "a", "mutate.operation.id", "postServiceTickets");
    properties.putAll(keys);

    assertThat(Connection.problems(new ConnectWiseSinkConnector().validate(properties)))
        .containsKey("https.ssl." + key)
        .extractingByKey("https.ssl." + key)
        .asString()
        .doesNotContain("BEGIN", user.pemKey().substring(30, 60));
    assertThatThrownBy(() -> client(properties).close())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("https.ssl." + key);
  }

  @Test
  void aValidationPutsARefusedCertificateAndAProxyOnTheirKeys() throws Exception {
    try (ScriptedServer server = new ScriptedServer(site.context(user));
        ScriptedServer proxy = new ScriptedServer()) {
      proxy.always(ScriptedServer.answer(407, "", ""));
      Map<String, String> properties =
          Connection.with("topics", "a", "mutate.operation.id", "postServiceTickets");
      properties.put("connectwise.site.url", server.url().toString());
      assertThat(Connection.problems(new ConnectWiseSinkConnector().validate(properties)))
          .containsOnlyKeys("https.ssl.truststore.location");

      properties.put("connectwise.site.url", "http://cw.example.com");
      properties.put("http.proxy.host", "127.0.0.1");
      properties.put("http.proxy.port", String.valueOf(proxy.url().getPort()));
      assertThat(Connection.problems(new ConnectWiseSinkConnector().validate(properties)))
          .containsOnlyKeys("http.proxy.user", "http.proxy.password");
    }
  }
}
