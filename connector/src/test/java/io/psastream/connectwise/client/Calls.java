package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.ClientSettings.Credentials;
import io.psastream.connectwise.client.ClientSettings.Proxy;
import io.psastream.connectwise.client.ClientSettings.Retry;
import io.psastream.connectwise.client.ClientSettings.Tls;
import io.psastream.connectwise.simulator.Simulator;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The calls and settings that the tests of the client have in common. */
public final class Calls {

  private static final Catalog CATALOG = Catalog.load();

  /** Items with their tree as content. */
  public static final ValueDecoder<Item> ITEMS =
      parser -> {
        JsonNode tree = Json.MAPPER.readTree(parser);
        JsonNode updated = tree.path("_info").path("lastUpdated");
        return new Item(
            tree.has("id") ? OptionalLong.of(tree.get("id").asLong()) : OptionalLong.empty(),
            updated.isTextual() ? Optional.of(Instant.parse(updated.asText())) : Optional.empty(),
            tree);
      };

  private Calls() {}

  public static Operation operation(String id) {
    return CATALOG.operation(id);
  }

  public static Call tickets(Map<String, String> query) {
    return Call.of(operation("getServiceTickets"), Map.of(), query);
  }

  public static Call ticket(String id) {
    return Call.of(operation("getServiceTicketsById"), Map.of("id", id), Map.of());
  }

  public static Call write(String operation, String body) {
    Operation found = operation(operation);
    Map<String, String> path = found.pathParameters().isEmpty() ? Map.of() : Map.of("id", "7");
    return new Call(found, path, Map.of(), Map.of(), Optional.of(tree(body)));
  }

  public static JsonNode tree(String json) {
    try {
      return Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Memory for any answer of a test. */
  static MemoryBudget.Allotment memory() {
    return new MemoryBudget(1L << 30, 1, Duration.ZERO).allot(false);
  }

  public static Retry quickly(int retries) {
    return new Retry(retries, Duration.ofMillis(1), Duration.ofMillis(2));
  }

  public static Settings settings(URI site) {
    return new Settings(site);
  }

  public static Settings settings(Simulator simulator) {
    return new Settings(URI.create(simulator.url()))
        .company(simulator.company())
        .user(simulator.username().substring(simulator.company().length() + 1))
        .key(simulator.password());
  }

  /** Settings in steps, so that a test shows only what matters to it. */
  public static final class Settings {

    private final URI site;
    private String codebase = "v4_6_release";
    private Optional<String> version = Optional.empty();
    private Duration timeout = Duration.ofSeconds(20);
    private Retry retry = quickly(5);
    private int inFlight = 8;
    private int perMinute;
    private long maxBytes = 1_000_000;
    private long maxMemory = 1L << 30;
    private String company = "acme";
    private String user = "key" + System.nanoTime();
    private String key = "secret";
    private Optional<Tls> tls = Optional.empty();
    private Optional<Proxy> proxy = Optional.empty();

    private Settings(URI site) {
      this.site = site;
    }

    public Settings codebase(String name) {
      codebase = name;
      return this;
    }

    public Settings version(String name) {
      version = Optional.of(name);
      return this;
    }

    public Settings timeout(Duration time) {
      timeout = time;
      return this;
    }

    public Settings retry(Retry how) {
      retry = how;
      return this;
    }

    public Settings inFlight(int most) {
      inFlight = most;
      return this;
    }

    public Settings perMinute(int most) {
      perMinute = most;
      return this;
    }

    public Settings maxBytes(long most) {
      maxBytes = most;
      return this;
    }

    public Settings maxMemory(long most) {
      maxMemory = most;
      return this;
    }

    public Settings company(String name) {
      company = name;
      return this;
    }

    public Settings key(String secret) {
      key = secret;
      return this;
    }

    public Settings user(String name) {
      user = name;
      return this;
    }

    public Settings tls(Tls how) {
      tls = Optional.of(how);
      return this;
    }

    public Settings proxy(Proxy which) {
      proxy = Optional.of(which);
      return this;
    }

    public ClientSettings done() {
      return new ClientSettings(
          site,
          new Credentials(company, user, key, "11111111-2222-3333-4444-555555555555"),
          codebase,
          version,
          Duration.ofSeconds(5),
          timeout,
          retry,
          inFlight,
          perMinute,
          maxBytes,
          maxMemory,
          tls,
          proxy);
    }

    public ConnectWiseClient open() {
      return ConnectWiseClient.open(done());
    }
  }
}
