package io.psastream.connectwise.simulator;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.simulator.api.Api;
import io.psastream.connectwise.simulator.api.Site;
import io.psastream.connectwise.simulator.callback.Callbacks;
import io.psastream.connectwise.simulator.fault.Faults;
import io.psastream.connectwise.simulator.http.HttpDate;
import io.psastream.connectwise.simulator.http.HttpListener;
import io.psastream.connectwise.simulator.http.RequestLog;
import io.psastream.connectwise.simulator.http.Responder;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.seed.Seeder;
import io.psastream.connectwise.simulator.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A ConnectWise PSA API that listens on a port of this machine and keeps everything in memory. Safe
 * to use from several threads; closed once it is no longer needed.
 */
public final class Simulator implements AutoCloseable {

  /** The member the keys belong to, as it appears in {@code updatedBy}. */
  public static final String MEMBER = "ApiMember";

  private static final String VERSION = "2026.1";
  private static final int MOST_REQUESTS = 10_000;

  private final SimulatorSettings settings;
  private final SimulatedClock clock = new SimulatedClock();
  private volatile Function<Instant, Optional<Instant>> dates = Optional::of;
  private final Store store;
  private final Faults faults = new Faults();
  private final RequestLog requests;
  private final Arrivals arrivals = new Arrivals();
  private final Site site;
  private final Optional<String> adminToken;
  private final HttpListener listener;
  private final Callbacks callbacks;

  private Simulator(SimulatorSettings settings, int mostVersions, int mostRequests)
      throws IOException {
    this.settings = settings;
    this.store = new Store(clock, mostVersions);
    this.requests = new RequestLog(clock, mostRequests);
    this.site =
        new Site(
            new Site.Access(
                settings.company(),
                settings.publicKey(),
                settings.privateKey(),
                settings.clientId()),
            MEMBER,
            VERSION,
            settings.codebase());
    Responder api = new Api(site, Catalog.load(), store, faults);
    Responder logged = requests.logging(dated(faults.around(api)));
    this.adminToken = adminToken(settings);
    Responder admin = new Admin(this, adminToken);
    this.listener =
        HttpListener.start(
            settings.host(),
            settings.port(),
            request ->
                Admin.answers(request.path()) ? admin.answer(request) : logged.answer(request));
    this.callbacks = new Callbacks(store, clock, site, url());
    store.watch(callbacks);
  }

  /** Whoever reaches another address than loopback may not be the one who started it. */
  private static Optional<String> adminToken(SimulatorSettings settings) throws IOException {
    if (!settings.adminToken().isBlank()) {
      return Optional.of(settings.adminToken().strip());
    }
    return InetAddress.getByName(settings.host()).isLoopbackAddress()
        ? Optional.empty()
        : Optional.of(UUID.randomUUID().toString());
  }

  /** Starts one on a free port of the loopback address. */
  public static Simulator start() {
    return start(SimulatorSettings.defaults());
  }

  public static Simulator start(SimulatorSettings settings) {
    return start(settings, Store.MOST_VERSIONS, MOST_REQUESTS);
  }

  /** Starts one that keeps no more versions and requests than these; for tests of the bounds. */
  static Simulator start(SimulatorSettings settings, int mostVersions, int mostRequests) {
    try {
      return new Simulator(settings, mostVersions, mostRequests);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whatever stands around the API, the date is the server's. */
  private Responder dated(Responder next) {
    return request -> {
      Response answer = next.answer(request);
      return dates
          .apply(clock.instant())
          .map(date -> answer.with("Date", HttpDate.text(date)))
          .orElse(answer);
    };
  }

  /**
   * Lets the {@code Date} headers tell another time than the clock that items are stamped with, as
   * proxies and servers of other tiers do; no header where the result is empty.
   */
  public void dates(Function<Instant, Optional<Instant>> others) {
    dates = others;
  }

  /** The URL of the site, to which codebase and path are added. */
  public String url() {
    return "http://" + settings.host() + ":" + port();
  }

  public int port() {
    return listener.port();
  }

  /** The user of the Basic authentication: company, plus, public key. */
  public String username() {
    return settings.company() + "+" + settings.publicKey();
  }

  public String password() {
    return settings.privateKey();
  }

  /** The token that the admin endpoint asks for; empty where it asks for none. */
  public Optional<String> adminToken() {
    return adminToken;
  }

  public String clientId() {
    return settings.clientId();
  }

  public String company() {
    return settings.company();
  }

  public String codebase() {
    return site.codebase();
  }

  /** Moves the site to another codebase: the one before is not found any more (P2). */
  public void setCodebase(String codebase) {
    site.moveTo(codebase);
  }

  public SimulatedClock clock() {
    return clock;
  }

  public Store store() {
    return store;
  }

  public Faults faults() {
    return faults;
  }

  public RequestLog requests() {
    return requests;
  }

  /** How changes are told to the registered callbacks. */
  public Callbacks callbacks() {
    return callbacks;
  }

  /** The records that the page at {@link #url()} shows. */
  public Arrivals arrivals() {
    return arrivals;
  }

  /** Fills collections with made-up items, the same ones every time. */
  public Seeder seed() {
    return new Seeder(store, clock);
  }

  /** Back to how it started: no items, no faults, no log, the system's time. */
  public void reset() {
    clock.reset();
    dates = Optional::of;
    faults.clear();
    store.clear();
    callbacks.reset();
    requests.clear();
    arrivals.clear();
    site.moveTo(settings.codebase());
  }

  @Override
  public void close() {
    callbacks.close();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
