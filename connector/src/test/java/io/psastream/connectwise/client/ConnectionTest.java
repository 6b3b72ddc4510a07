package io.psastream.connectwise.client;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.psastream.connectwise.client.Certificates.Certificate;
import io.psastream.connectwise.client.ClientSettings.Proxy;
import io.psastream.connectwise.client.ClientSettings.Tls;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.EOFException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS and proxies as they are set. */
class ConnectionTest {

  @TempDir private static Path folder;

  private static SSLContext context;
  private static X509TrustManager trust;

  @BeforeAll
  static void createCertificate() throws Exception {
    Certificate elsewhere = Certificates.create(folder, "dns:elsewhere");
    context = elsewhere.context(elsewhere);
    trust = elsewhere.trust();
  }

  private static Tls tls(boolean verifyHost) {
    return new Tls(context, trust, verifyHost, List.of("TLSv1.3"), List.of());
  }

  private static ApiException create(Calls.Settings settings) {
    try (ConnectWiseClient client = settings.retry(Calls.quickly(1)).open()) {
      return catchThrowableOfType(
          ApiException.class, () -> client.send(Calls.write("postServiceTickets", "{}")));
    }
  }

  @Test
  void aServerThatIsNotTrustedIsRefusedAndNothingIsSent() throws Exception {
    try (ScriptedServer server = new ScriptedServer(context)) {
      ApiException failure = create(Calls.settings(server.url()));

      assertThat(failure)
          .hasMessageStartingWith(
              "postServiceTickets POST /service/tickets → no answer \"SSLHandshakeException: ")
          .hasMessageEndingWith(
              ". The certificate of the site is not trusted: add its authority to"
                  + " https.ssl.truststore.location or https.ssl.truststore.certificates, and check"
                  + " connectwise.site.url and http.proxy.host");
      assertThat(failure.failure().kind()).isEqualTo(Kind.MISROUTED);
      assertThat(failure.stats().attempts()).isEqualTo(1);
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    try (ScriptedServer server = new ScriptedServer(context)) {
      ApiException failure = create(Calls.settings(server.url()).tls(tls(true)));

      assertThat(failure).hasMessageContaining("SSLPeerUnverifiedException");
      assertThat(failure.getMessage()).doesNotContain("\n").contains("of another host: check");
      assertThat(failure.failure().kind()).isEqualTo(Kind.MISROUTED);
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void theHostIsNotVerifiedWhereThatIsTurnedOff() throws Exception {
    try (ScriptedServer server = new ScriptedServer(context).always(json(200, "[]"));
        ConnectWiseClient client = Calls.settings(server.url()).tls(tls(false)).open()) {
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

  @Test
  void aProxyThatRefusesTheLoginIsAskedOnceAndNamedWithItsKeys() throws Exception {
    byte[] refusal =
        "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
            .getBytes(UTF_8);
    for (Optional<String> user : List.of(Optional.of("me"), Optional.<String>empty())) {
      for (String site : List.of("https://cw.example.com", "http://cw.example.com")) {
        AtomicInteger asked = new AtomicInteger();
        Supplier<byte[]> refuse =
            () -> {
              asked.incrementAndGet();
              return refusal;
            };
        try (RawServer server = new RawServer(refuse)) {
          Proxy proxy = new Proxy("127.0.0.1", server.url().getPort(), user, Optional.of("pw"));

          ApiException failure = create(Calls.settings(URI.create(site)).proxy(proxy));

          assertThat(failure)
              .hasMessage(
                  "postServiceTickets POST /service/tickets → 407. The proxy rejects the"
                      + " credentials: check http.proxy.user and http.proxy.password");
          assertThat(failure.failure().kind()).isEqualTo(Kind.UNAUTHORIZED);
          assertThat(failure.stats().attempts()).isEqualTo(1);
          assertThat(asked.get()).isLessThanOrEqualTo(2);
        }
      }
    }
  }

  @Test
  void aProxyThatOpensNoWayIsWaitedForAndNamedWithItsKeys() throws Exception {
    byte[] refusal = "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8);
    try (RawServer server = new RawServer(() -> refusal)) {
      Proxy proxy =
          new Proxy("127.0.0.1", server.url().getPort(), Optional.empty(), Optional.empty());

      ApiException failure =
          create(Calls.settings(URI.create("https://cw.example.com")).proxy(proxy));

      assertThat(failure)
          .hasMessageContaining("CONNECT: 503")
          .hasMessageContaining("http.proxy.host");
      assertThat(failure.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure.stats().attempts()).isEqualTo(2);
    }
  }

  @Test
  void tellsWhatIsWrongWithACertificateOrWithWhatTheTwoSidesHaveInCommon() {
    assertThat(hint("x", new CertificateExpiredException("x")))
        .hasValueSatisfying(it -> assertThat(it).contains("not valid at this time"));
    assertThat(hint("x", new CertificateNotYetValidException("x")))
        .hasValueSatisfying(it -> assertThat(it).contains("not valid at this time"));
    assertThat(hint("(certificate_required) Received fatal alert: certificate_required", null))
        .hasValueSatisfying(it -> assertThat(it).contains("https.ssl.keystore.location"));
    assertThat(hint("Received fatal alert: protocol_version", null))
        .hasValueSatisfying(it -> assertThat(it).contains("https.ssl.enabled.protocols"));
    assertThat(hint("Remote host terminated the handshake", new EOFException())).isEmpty();
    assertThat(hint("Received fatal alert: internal_error", null)).isEmpty();
  }

  private static Optional<String> hint(String message, Exception cause) {
    SSLHandshakeException handshake = new SSLHandshakeException(message);
    handshake.initCause(cause);
    return Handshake.refusal("call", handshake).flatMap(Failure::hint);
  }
}
