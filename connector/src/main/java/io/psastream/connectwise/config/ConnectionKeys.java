package io.psastream.connectwise.config;

import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.SslConfigs;

/** The keys of the connection, which both connectors share. */
public final class ConnectionKeys {

  static final String SITE_URL = "connectwise.site.url";
  private static final String SITE_URL_DOC =
      "The site as you open it in a browser, such as https://na.myconnectwise.net, or the address of"
          + " your own server. Cloud hosts are rewritten to their API host (na to api-na, and so on)."
          + " Example: https://na.myconnectwise.net.";

  public static final String USERNAME = "connectwise.username";
  private static final String USERNAME_DOC =
      "Company id and public key of an API member, joined by a plus sign. Example:"
          + " mycompany+Ab3dEf6hIj9kLm2n.";

  static final String PASSWORD = "connectwise.password";
  private static final String PASSWORD_DOC =
      "The private key that belongs to the public key. Better given through a config provider than"
          + " as text. Example: ${secrets:connectwise:private.key}.";

  static final String CLIENT_ID = "connectwise.client.id";
  private static final String CLIENT_ID_DOC =
      "The clientId (a GUID) of your integration, from developer.connectwise.com; ConnectWise"
          + " refuses calls without one. Example: 6c5a1d2e-7f35-4c0b-9d0a-1f6b2b7f9e11.";

  static final String CODEBASE = "connectwise.codebase";
  private static final String CODEBASE_DEFAULT = "v4_6_release";
  private static final String CODEBASE_DOC =
      "The first segment of API paths. The default is routed to the current version of your site, in"
          + " the cloud and on premise. Set auto to ask the site for its own (asked again when the"
          + " site moves), or a fixed one such as v2025_1 when told to by ConnectWise.";

  static final String API_VERSION = "connectwise.api.version";
  private static final String API_VERSION_DOC =
      "Pins the model version of the API, so that a hosted upgrade does not rename fields under you."
          + " Empty takes the newest. Example: 2025.1.";

  static final String DATETIME_FORMAT = "connectwise.datetime.format";
  private static final String DATETIME_FORMAT_DOC =
      "How times are written in conditions. zoned: 2026-01-31T12:00:00Z, as ConnectWise documents it."
          + " naive: the same time without its zone, for a server that misreads zoned ones; the"
          + " connector notices such a server and says so.";

  static final String CONNECT_TIMEOUT = "http.connect.timeout.ms";
  private static final String CONNECT_TIMEOUT_DOC =
      "How long connecting to the site may take, in milliseconds.";

  static final String REQUEST_TIMEOUT = "http.request.timeout.ms";
  private static final String REQUEST_TIMEOUT_DOC =
      "How long one request may take from its start to the last byte of the answer, in milliseconds."
          + " Raise it when large pages of a slow site time out although page.size was lowered.";

  static final String RESPONSE_MAX_BYTES = "http.response.max.bytes";
  private static final String RESPONSE_MAX_BYTES_DOC =
      "The largest answer that is read, in bytes; a larger one is an error instead of a full heap.";

  static final String MEMORY_MAX_BYTES = "http.memory.max.bytes";
  private static final String MEMORY_MAX_BYTES_DOC =
      "The memory that the answers which one task is reading may take together, in bytes, where each"
          + " value of JSON counts for about 50. A page that takes more than its share (a half of"
          + " this among max.in.flight.requests) is asked for again in smaller ones; what cannot be"
          + " divided may take the other half, one answer at a time. 0 takes a quarter of the"
          + " worker's heap, or up to a half of it where an answer of http.response.max.bytes needs"
          + " that.";

  static final String PROXY_HOST = "http.proxy.host";
  private static final String PROXY_HOST_DOC =
      "Host of an HTTP proxy. Empty for none. Example: proxy.example.com.";
  static final String PROXY_PORT = "http.proxy.port";
  private static final String PROXY_PORT_DOC = "Port of the HTTP proxy.";
  static final String PROXY_USER = "http.proxy.user";
  private static final String PROXY_USER_DOC =
      "User name for a proxy that asks for one (Basic). Empty for none.";
  static final String PROXY_PASSWORD = "http.proxy.password";
  private static final String PROXY_PASSWORD_DOC = "Password that belongs to http.proxy.user.";

  /** What has no effect without a proxy. */
  static final List<String> OF_PROXY = List.of(PROXY_PORT, PROXY_USER, PROXY_PASSWORD);

  static final String MAX_RETRIES = "max.retries";
  private static final String MAX_RETRIES_DOC =
      "How often a request is repeated within one attempt when the site is busy or away, and"
          + " repeating it is safe. What is still not done after that is not lost: it waits and is"
          + " tried again.";
  static final String RETRY_BACKOFF = "retry.backoff.ms";
  private static final String RETRY_BACKOFF_DOC =
      "The bound of the wait before the first retry, in milliseconds; it doubles with each retry, and"
          + " the wait is a random part of it (full jitter). A Retry-After from the site wins.";
  static final String RETRY_BACKOFF_MAX = "retry.backoff.max.ms";
  private static final String RETRY_BACKOFF_MAX_DOC =
      "The bound that doubling stops at, in milliseconds.";

  static final String MAX_IN_FLIGHT = "max.in.flight.requests";
  private static final String MAX_IN_FLIGHT_DOC =
      "The most requests of one task under way at once. ConnectWise throttles sites by requests per"
          + " minute; more than a few in flight rarely helps a source.";
  public static final String RATE_LIMIT = "rate.limit.requests.per.minute";
  private static final String RATE_LIMIT_DOC =
      "The most requests per minute to this site with this user, shared by all tasks of the worker"
          + " process. ConnectWise begins to throttle at about 1,000. 0 for no limit.";

  static final String SSL_PREFIX = "https.";

  private ConnectionKeys() {}

  /** Adds the shared keys to a definition. */
  public static ConfigDef define(ConfigDef def) {
    defineSite(new Group(def, "Connection"));
    defineHttp(new Group(def, "HTTP"));
    defineRateLimit(new Group(def, "Rate limit and retries"));
    ConfigDef ssl = new ConfigDef();
    SslConfigs.addClientSslSupport(ssl);
    ssl.configKeys().remove(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG); // makes no sockets
    def.embed(SSL_PREFIX, "TLS", 0, ssl);
    return def;
  }

  private static void defineSite(Group group) {
    group.add(
        Key.required(SITE_URL, Type.STRING, SITE_URL_DOC)
            .display("Site URL")
            .validator(Validators.SITE)
            .width(Width.LONG));
    group.add(
        Key.required(USERNAME, Type.STRING, USERNAME_DOC)
            .display("Username")
            .validator(Validators.USERNAME));
    group.add(
        Key.required(PASSWORD, Type.PASSWORD, PASSWORD_DOC)
            .display("Password (private key)")
            .validator(Validators.SECRET));
    group.add(
        Key.required(CLIENT_ID, Type.PASSWORD, CLIENT_ID_DOC)
            .display("Client id")
            .validator(Validators.CLIENT_ID));
    group.add(
        Key.of(CODEBASE, Type.STRING, CODEBASE_DEFAULT, CODEBASE_DOC)
            .display("Codebase")
            .importance(Importance.LOW)
            .validator(Validators.CODEBASE));
    group.add(
        Key.of(API_VERSION, Type.STRING, "", API_VERSION_DOC)
            .display("API version")
            .importance(Importance.LOW)
            .validator(Validators.API_VERSION));
    defineDatetimes(group);
  }

  private static void defineDatetimes(Group group) {
    group.add(
        Key.of(DATETIME_FORMAT, Type.STRING, "zoned", DATETIME_FORMAT_DOC)
            .display("Datetime format")
            .importance(Importance.LOW)
            .oneOf(List.of("zoned", "naive")));
  }

  private static void defineHttp(Group group) {
    group.add(
        Key.of(CONNECT_TIMEOUT, Type.INT, 10_000, CONNECT_TIMEOUT_DOC)
            .display("Connect timeout (ms)")
            .importance(Importance.LOW)
            .validator(between(1, 600_000)));
    group.add(
        Key.of(REQUEST_TIMEOUT, Type.INT, 60_000, REQUEST_TIMEOUT_DOC)
            .display("Request timeout (ms)")
            .validator(between(1, 3_600_000)));
    group.add(
        Key.of(RESPONSE_MAX_BYTES, Type.LONG, 64L * 1024 * 1024, RESPONSE_MAX_BYTES_DOC)
            .display("Largest answer (bytes)")
            .importance(Importance.LOW)
            .validator(between(1_024, 1L << 31)));
    group.add(
        Key.of(MEMORY_MAX_BYTES, Type.LONG, 0L, MEMORY_MAX_BYTES_DOC)
            .display("Memory for answers (bytes)")
            .importance(Importance.LOW)
            .validator(between(0, 1L << 40)));
    group.add(
        Key.of(PROXY_HOST, Type.STRING, "", PROXY_HOST_DOC)
            .decides(OF_PROXY.toArray(String[]::new))
            .display("Proxy host")
            .importance(Importance.LOW)
            .validator(Validators.PROXY_HOST));
    group.add(
        Key.of(PROXY_PORT, Type.INT, 3128, PROXY_PORT_DOC)
            .display("Proxy port")
            .importance(Importance.LOW)
            .validator(between(1, 65_535)));
    group.add(
        Key.of(PROXY_USER, Type.STRING, "", PROXY_USER_DOC)
            .display("Proxy user")
            .importance(Importance.LOW));
    group.add(
        Key.of(PROXY_PASSWORD, Type.PASSWORD, "", PROXY_PASSWORD_DOC)
            .display("Proxy password")
            .importance(Importance.LOW));
  }

  private static void defineRateLimit(Group group) {
    group.add(
        Key.of(MAX_RETRIES, Type.INT, 5, MAX_RETRIES_DOC)
            .display("Retries")
            .validator(between(0, 100)));
    group.add(
        Key.of(RETRY_BACKOFF, Type.INT, 500, RETRY_BACKOFF_DOC)
            .display("Retry backoff (ms)")
            .validator(between(1, 600_000)));
    group.add(
        Key.of(RETRY_BACKOFF_MAX, Type.INT, 30_000, RETRY_BACKOFF_MAX_DOC)
            .display("Largest retry backoff (ms)")
            .importance(Importance.LOW)
            .validator(between(1, 3_600_000)));
    group.add(
        Key.of(MAX_IN_FLIGHT, Type.INT, 4, MAX_IN_FLIGHT_DOC)
            .display("Requests in flight")
            .validator(between(1, 256)));
    group.add(
        Key.of(RATE_LIMIT, Type.INT, 900, RATE_LIMIT_DOC)
            .display("Requests per minute")
            .validator(between(0, 1_000_000)));
  }
}
