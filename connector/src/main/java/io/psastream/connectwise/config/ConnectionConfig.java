package io.psastream.connectwise.config;

import io.psastream.connectwise.client.ClientSettings;
import io.psastream.connectwise.client.ClientSettings.Tls;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;

/** The settings that both connectors share: site, credentials, timeouts, retries and limits. */
public final class ConnectionConfig {

  private final AbstractConfig config;

  /** Reads the shared keys of a parsed configuration. */
  public ConnectionConfig(AbstractConfig config) {
    this.config = config;
  }

  /** The settings of the client. */
  public ClientSettings settings() {
    return new ClientSettings(
        site(),
        credentials(),
        config.getString(ConnectionKeys.CODEBASE),
        Optional.of(config.getString(ConnectionKeys.API_VERSION)).filter(text -> !text.isBlank()),
        Duration.ofMillis(config.getInt(ConnectionKeys.CONNECT_TIMEOUT)),
        Duration.ofMillis(config.getInt(ConnectionKeys.REQUEST_TIMEOUT)),
        retry(),
        config.getInt(ConnectionKeys.MAX_IN_FLIGHT),
        config.getInt(ConnectionKeys.RATE_LIMIT),
        config.getLong(ConnectionKeys.RESPONSE_MAX_BYTES),
        memory(),
        tls(),
        proxy());
  }

  /** The Site URL. */
  public URI site() {
    return URI.create(config.getString(ConnectionKeys.SITE_URL).trim());
  }

  /** Whether times are written without their zone (P21a). */
  public boolean naiveTimes() {
    return config.getString(ConnectionKeys.DATETIME_FORMAT).equalsIgnoreCase("naive");
  }

  /** The company of the username, as ConnectWise spells it at login. */
  public String company() {
    return credentials().company();
  }

  private ClientSettings.Credentials credentials() {
    String username = config.getString(ConnectionKeys.USERNAME).trim();
    int plus = username.indexOf('+');
    return new ClientSettings.Credentials(
        username.substring(0, plus),
        username.substring(plus + 1),
        config.getPassword(ConnectionKeys.PASSWORD).value().trim(),
        config.getPassword(ConnectionKeys.CLIENT_ID).value().trim());
  }

  /** As configured, else by the heap: a quarter, or up to a half where one answer needs it. */
  private long memory() {
    long configured = config.getLong(ConnectionKeys.MEMORY_MAX_BYTES);
    long heap = Runtime.getRuntime().maxMemory();
    long forOne = 2 * config.getLong(ConnectionKeys.RESPONSE_MAX_BYTES);
    return configured > 0 ? configured : Math.max(heap / 4, Math.min(heap / 2, forOne));
  }

  private ClientSettings.Retry retry() {
    Duration backoff = Duration.ofMillis(config.getInt(ConnectionKeys.RETRY_BACKOFF));
    Duration max = Duration.ofMillis(config.getInt(ConnectionKeys.RETRY_BACKOFF_MAX));
    return new ClientSettings.Retry(
        config.getInt(ConnectionKeys.MAX_RETRIES),
        backoff,
        max.compareTo(backoff) < 0 ? backoff : max);
  }

  private Optional<ClientSettings.Proxy> proxy() {
    String host = config.getString(ConnectionKeys.PROXY_HOST).trim();
    if (host.isEmpty()) {
      return Optional.empty();
    }
    String user = config.getString(ConnectionKeys.PROXY_USER);
    Password password = config.getPassword(ConnectionKeys.PROXY_PASSWORD);
    return Optional.of(
        new ClientSettings.Proxy(
            host,
            config.getInt(ConnectionKeys.PROXY_PORT),
            Optional.of(user).filter(text -> !text.isBlank()),
            Optional.of(password.value()).filter(text -> !text.isEmpty())));
  }

  /** Reports what is wrong with the keys of TLS, each on its own. */
  void checkTls(Problems problems) {
    tls(problems);
  }

  private Optional<Tls> tls() {
    Problems problems = new Problems();
    Optional<Tls> tls = tls(problems);
    problems.throwIfAny();
    return tls;
  }

  /** Empty when no key was given, for the trust store of the JVM. */
  private Optional<Tls> tls(Problems problems) {
    List<String> given =
        config.originals().keySet().stream()
            .filter(key -> key.startsWith(ConnectionKeys.SSL_PREFIX))
            .toList();
    given.stream()
        .filter(key -> !config.values().containsKey(key))
        .forEach(
            key -> problems.add(key, "is not a key of TLS that has an effect here; remove it"));
    return given.isEmpty() ? Optional.empty() : TlsSettings.of(sslValues(), problems);
  }

  /** Kafka's own SSL keys, prefix stripped. */
  private Map<String, Object> sslValues() {
    Map<String, Object> values = new HashMap<>();
    config
        .values()
        .forEach(
            (key, value) -> {
              if (key.startsWith(ConnectionKeys.SSL_PREFIX)) {
                values.put(key.substring(ConnectionKeys.SSL_PREFIX.length()), value);
              }
            });
    return values;
  }
}
