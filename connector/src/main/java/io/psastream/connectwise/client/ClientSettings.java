package io.psastream.connectwise.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The connection to a site: address, credentials, timeouts, retries and limits.
 *
 * @param site the site URL as configured, such as {@code https://na.myconnectwise.net}
 * @param credentials the API member and the clientId
 * @param codebase {@code v4_6_release}, another one, or {@code auto} to request it from the site
 * @param apiVersion the model version to pin in the Accept header, such as {@code 2025.1}
 * @param connectTimeout the timeout of a TCP and TLS connect
 * @param requestTimeout the timeout of one request, from its start to the last byte of its answer
 * @param retry how often and how long to retry
 * @param maxInFlight how many requests of this client may be in flight at once
 * @param requestsPerMinute the site's rate limit, shared with the other tasks of this worker; 0 for
 *     none
 * @param maxResponseBytes the largest answer that is read
 * @param maxMemoryBytes what all answers that are being read may take together
 * @param tls the TLS setting; absent for the JVM's
 * @param proxy the HTTP proxy; absent for none
 */
public record ClientSettings(
    URI site,
    Credentials credentials,
    String codebase,
    Optional<String> apiVersion,
    Duration connectTimeout,
    Duration requestTimeout,
    Retry retry,
    int maxInFlight,
    int requestsPerMinute,
    long maxResponseBytes,
    long maxMemoryBytes,
    Optional<Tls> tls,
    Optional<Proxy> proxy) {

  /**
   * A site that calls can be sent to.
   *
   * @throws IllegalArgumentException when the URL is not one of a site
   */
  public static URI checkedSite(URI site) {
    return URI.create(Site.of(site).origin());
  }

  /**
   * The name of a codebase, or {@code auto}.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static String checkedCodebase(String text) {
    return Codebase.isAuto(text) ? Codebase.AUTO : Site.codebase(text);
  }

  /**
   * Username ({@code company+publicKey}), private key and clientId.
   *
   * @param clientId the GUID that ConnectWise gives to each integration
   */
  public record Credentials(String company, String publicKey, String privateKey, String clientId) {

    /** Never shows a key. */
    @Override
    public String toString() {
      return company;
    }
  }

  /** Retries after the first attempt, and the bounds of the full-jitter backoff between them. */
  public record Retry(int maxRetries, Duration backoff, Duration backoffMax) {}

  /** An HTTP proxy, with Basic credentials where it needs them. */
  public record Proxy(String host, int port, Optional<String> user, Optional<String> password) {

    /** Never shows the password. */
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * A TLS context and the trust manager that OkHttp wants beside it.
   *
   * @param verifyHost whether the certificate must be of the host that is called
   * @param protocols the protocols that may be used, such as {@code TLSv1.3}
   * @param cipherSuites the cipher suites that may be used; empty for all that are enabled
   */
  public record Tls(
      javax.net.ssl.SSLContext context,
      javax.net.ssl.X509TrustManager trust,
      boolean verifyHost,
      List<String> protocols,
      List<String> cipherSuites) {}
}
