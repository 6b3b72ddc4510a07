package io.psastream.connectwise.client;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.psastream.connectwise.client.ClientSettings.Proxy;
import io.psastream.connectwise.client.ClientSettings.Tls;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS and proxies as they are set. */
class ConnectionTest {

  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private static Path folder;

  private static SSLContext context;
  private static X509TrustManager trust;

  /** A certificate of its own for the host "elsewhere". */
  @BeforeAll
  static void createCertificate() throws Exception {
    Path file = folder.resolve("store.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=dns:elsewhere",
                "-storetype",
                "PKCS12",
                "-storepass",
                "password",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
    trusts.init(store);
    context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusts.getTrustManagers(), null);
    trust = (X509TrustManager) trusts.getTrustManagers()[0];
  }

  private static ApiException create(Calls.Settings settings) {
    try (ConnectWiseClient client = settings.retry(Calls.quickly(1)).open()) {
      return catchThrowableOfType(
          ApiException.class, () -> client.send(Calls.write("postServiceTickets", "{}")));
    }
  }

  @Test
  void aServerThatIsNotTrustedIsUnavailableAndNothingIsSent() throws Exception {
    try (ScriptedServer server = new ScriptedServer(context)) {
      ApiException failure = create(Calls.settings(server.url()));

      assertThat(failure)
          .hasMessageStartingWith(
              "postServiceTickets POST /service/tickets → no answer \"SSLHandshakeException: ")
          .hasMessageEndingWith(
              ". The TLS handshake failed: check connectwise.site.url and the properties https.ssl.*");
      assertThat(failure.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    try (ScriptedServer server = new ScriptedServer(context)) {
      ApiException failure =
          create(Calls.settings(server.url()).tls(new Tls(context, trust, true)));

      assertThat(failure).hasMessageContaining("SSLPeerUnverifiedException");
      assertThat(failure.getMessage()).doesNotContain("\n");
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void theHostIsNotVerifiedWhereThatIsTurnedOff() throws Exception {
    try (ScriptedServer server = new ScriptedServer(context).always(json(200, "[]"));
        ConnectWiseClient client =
            Calls.settings(server.url()).tls(new Tls(context, trust, false)).open()) {
      assertThat(client.send(Calls.tickets(Map.of())).status()).isEqualTo(200);
    }
  }

  @Test
  void goesThroughTheProxyWithItsCredentials() throws Exception {
    try (ScriptedServer server = new ScriptedServer()) {
      server.then(answer(407, "", "", "Proxy-Authenticate", "Basic realm=\"x\""));
      server.then(json(200, "[]"));
      Proxy proxy =
          new Proxy("127.0.0.1", server.url().getPort(), Optional.of("me"), Optional.of("pw"));
      try (ConnectWiseClient client =
          Calls.settings(URI.create("http://cw.example.com")).proxy(proxy).open()) {
        client.send(Calls.ticket("1"));
      }

      assertThat(server.asked.get(1).uri())
          .isEqualTo("http://cw.example.com/v4_6_release/apis/3.0/service/tickets/1");
      assertThat(server.asked.get(1).headers())
          .containsEntry("Proxy-Authorization", "Basic bWU6cHc=");
    }
  }
}
