package io.psastream.connectwise.client;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach a site and how hard to try.
 *
 * @param site the Site URL as the user knows it, such as {@code https://na.myconnectwise.net}
 * @param credentials who calls
 * @param codebase {@code v4_6_release}, another fixed one, or {@code auto} to discover it
 * @param apiVersion the model version to pin in the Accept header, such as {@code 2025.1}
 * @param connectTimeout bound of a TCP and TLS connect
 * @param requestTimeout bound of one request from its start to the last byte of its answer
 * @param retry how often and how long to retry
 * @param maxInFlight the most requests of this client under way at once
 * @param requestsPerMinute the site's rate limit, shared with the other tasks of this worker; 0 for
 *     none
 * @param maxResponseBytes the largest answer that is read
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
    Optional<Tls> tls,
    Optional<Proxy> proxy) {

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

  /** Retries after the first try, and the bounds of the full-jitter backoff between them. */
  public record Retry(int maxRetries, Duration backoff, Duration backoffMax) {}

  /** An HTTP proxy, with Basic credentials where it wants them. */
  public record Proxy(String host, int port, Optional<String> user, Optional<String> password) {

    /** Never shows the password. */
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** A TLS context and the trust manager that OkHttp wants beside it. */
  public record Tls(
      javax.net.ssl.SSLContext context, javax.net.ssl.X509TrustManager trust, boolean verifyHost) {}
}
