package io.psastream.connectwise.client;

import io.psastream.connectwise.client.ErrorBody.BodyType;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.IOException;
import java.net.UnknownServiceException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Authenticator;
import okhttp3.ConnectionSpec;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.Response;

/**
 * What comes before a request: the login at a proxy and TLS, and what it means when one of them is
 * refused. That is for good, as wrong keys are: repeating it would lock an account at a proxy.
 */
final class Handshake {

  private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

  private static final Pattern CLIENT_CERTIFICATE =
      Pattern.compile(
          ".*fatal alert: (bad_certificate|unsupported_certificate|certificate_.*|unknown_ca"
              + "|access_denied).*");
  private static final Pattern NOTHING_IN_COMMON =
      Pattern.compile(
          ".*(fatal alert: (handshake_failure|protocol_version|insufficient_security)"
              + "|No appropriate protocol|not accepted by client preferences).*");

  private Handshake() {}

  /** The proxy refuses the login, before anything was sent to the site. */
  private static final class ProxyDenied extends IOException {
    private static final long serialVersionUID = 1L;

    ProxyDenied() {
      super("Failed to authenticate with proxy");
    }
  }

  /** Answers a proxy that asks for credentials, once. */
  static Authenticator login(ClientSettings.Proxy proxy) {
    Optional<String> basic =
        proxy.user().map(user -> Requests.basic(user, proxy.password().orElse("")));
    return (route, response) -> {
      Request request = response.request();
      if (basic.isPresent() && request.header(PROXY_AUTHORIZATION) == null) {
        return request.newBuilder().header(PROXY_AUTHORIZATION, basic.get()).build();
      }
      if (request.method().equals("CONNECT") && !isPreemptive(response)) {
        throw new ProxyDenied();
      }
      return null;
    };
  }

  /** OkHttp asks before it connects, too. */
  private static boolean isPreemptive(Response response) {
    return response.challenges().stream()
        .anyMatch(challenge -> challenge.scheme().equalsIgnoreCase("OkHttp-Preemptive"));
  }

  /**
   * The protocols and cipher suites of the settings; all that the JVM enables where none is set.
   */
  static List<ConnectionSpec> specs(ClientSettings.Tls tls) {
    ConnectionSpec.Builder spec = new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS);
    spec = spec.tlsVersions(tls.protocols().toArray(String[]::new));
    spec =
        tls.cipherSuites().isEmpty()
            ? spec.allEnabledCipherSuites()
            : spec.cipherSuites(tls.cipherSuites().toArray(String[]::new));
    return List.of(spec.build(), ConnectionSpec.CLEARTEXT);
  }

  /**
   * The failure that a refusal of the proxy or of TLS is; empty for any other broken connection.
   */
  static Optional<Failure> refusal(String call, IOException cause) {
    if (cause instanceof ProxyDenied) {
      ErrorBody none = new ErrorBody(BodyType.EMPTY, Optional.empty(), Optional.empty(), List.of());
      return Optional.of(
          Failures.ofAnswer(call, PROXY_AUTHENTICATION_REQUIRED, Headers.of(), none));
    }
    String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    if (text.contains("Unexpected response code for CONNECT")) {
      return Optional.of(
          Failure.of(Kind.UNAVAILABLE, call, 0, text)
              .withHint(
                  "The proxy opens no way to the site: check http.proxy.host, http.proxy.port and"
                      + " whether it permits connectwise.site.url"));
    }
    return hint(cause).map(hint -> Failure.of(Kind.MISROUTED, call, 0, text).withHint(hint));
  }

  /** What to check, where TLS is refused for good; the first key is the one most likely wrong. */
  private static Optional<String> hint(IOException cause) {
    if (!(cause instanceof SSLException || cause instanceof UnknownServiceException)) {
      return Optional.empty();
    }
    List<Throwable> chain =
        Stream.<Throwable>iterate(cause, Objects::nonNull, Throwable::getCause).toList();
    String message = String.valueOf(cause.getMessage());
    if (hasAny(chain, SSLPeerUnverifiedException.class)) {
      return Optional.of(
          "The certificate is of another host: check connectwise.site.url and http.proxy.host; an"
              + " empty https.ssl.endpoint.identification.algorithm turns the check off");
    }
    if (hasAny(chain, CertificateExpiredException.class, CertificateNotYetValidException.class)) {
      return Optional.of(
          "A certificate is not valid at this time: have that of the site renewed, or check"
              + " https.ssl.truststore.location, https.ssl.truststore.certificates and the clock of"
              + " the worker");
    }
    if (hasAny(
        chain,
        CertPathBuilderException.class,
        CertPathValidatorException.class,
        CertificateException.class,
        InvalidAlgorithmParameterException.class)) {
      return Optional.of(
          "The certificate of the site is not trusted: add its authority to"
              + " https.ssl.truststore.location or https.ssl.truststore.certificates, and check"
              + " connectwise.site.url and http.proxy.host");
    }
    if (CLIENT_CERTIFICATE.matcher(message).matches()) {
      return Optional.of(
          "The site wants a certificate that it knows: check https.ssl.keystore.location or"
              + " https.ssl.keystore.key and https.ssl.keystore.certificate.chain");
    }
    if (cause instanceof UnknownServiceException || NOTHING_IN_COMMON.matcher(message).matches()) {
      return Optional.of(
          "The two sides have no protocol or cipher suite in common: check"
              + " https.ssl.enabled.protocols, https.ssl.protocol and https.ssl.cipher.suites, and"
              + " https.ssl.keystore.location where the site wants a certificate");
    }
    return Optional.empty();
  }

  private static boolean hasAny(List<Throwable> chain, Class<?>... types) {
    return chain.stream()
        .anyMatch(each -> Stream.of(types).anyMatch(type -> type.isInstance(each)));
  }
}
