package io.psastream.connectwise.callbacks;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ClientSettings;
import io.psastream.connectwise.client.ConnectWiseClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code serve}: a receiver with its connections to Kafka and the site, until it is closed. */
final class Service implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  /** With the time for Kafka, less than the 5 s that ConnectWise waits (P30). */
  private static final Duration KEY_PATIENCE = Duration.ofSeconds(2);

  private static final int MOST_WAITING = 100;

  /** Minutes. */
  private static final int LOOK_AFTER = 60;

  private static final int RETRY_AFTER = 5;

  private final ConnectWiseClient client;
  private final SigningKeys keys;
  private final SignalWriter topic;
  private final Receiver receiver;
  private final ScheduledThreadPoolExecutor registrar;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Service(Settings settings) throws IOException {
    ClientSettings site = settings.client();
    InetSocketAddress listen = settings.listen();
    String name = settings.topic();
    topic =
        new SignalWriter(
            new KafkaProducer<>(settings.producer()),
            name,
            Duration.ofMillis(Settings.KAFKA_MS),
            MOST_WAITING);
    client = ConnectWiseClient.open(site);
    keys = new SigningKeys(client, KEY_PATIENCE, System::nanoTime);
    registrar =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "callbacks-register");
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy()); // after close
    try {
      receiver = Receiver.start(listen, keys, topic);
    } catch (IOException e) {
      closeConnections();
      throw new IOException("listen: " + listen + " cannot be used", e);
    }
    LOG.info("Receives callbacks of {} on port {} for topic {}", site.site(), port(), name);
  }

  /**
   * Starts to receive, and to register where there is a {@code callback.url}.
   *
   * @throws IOException when it cannot listen
   * @throws org.apache.kafka.common.KafkaException when a setting is wrong
   */
  static Service start(Settings settings) throws IOException {
    List<Entry> wanted = settings.registers() ? settings.entries() : List.of();
    String mark = settings.mark();
    Service service = new Service(settings);
    if (wanted.isEmpty()) {
      LOG.info("Registers no callbacks, since there is no callback.url");
    } else {
      Registrations registrations = new Registrations(service.client, Catalog.load(), mark);
      service.lookIn(0, registrations, wanted);
    }
    return service;
  }

  /** Looks after the registrations in so many minutes, and then again and again. */
  private void lookIn(int minutes, Registrations registrations, List<Entry> wanted) {
    ScheduledFuture<?> unused =
        registrar.schedule(
            () -> lookIn(look(registrations, wanted), registrations, wanted),
            minutes,
            TimeUnit.MINUTES);
  }

  /** Says in how many minutes to look again. */
  private static int look(Registrations registrations, List<Entry> wanted) {
    try {
      registrations.reconcile(wanted, false).forEach(change -> LOG.info("Callbacks: {}", change));
      return LOOK_AFTER;
    } catch (RuntimeException e) {
      LOG.warn(
          "Callbacks cannot be looked after; tried again in {} minutes: {}",
          RETRY_AFTER,
          e.getMessage());
      return RETRY_AFTER;
    }
  }

  int port() {
    return receiver.port();
  }

  /** Waits until it is closed. */
  void await() throws InterruptedException {
    closed.await();
  }

  /** Takes no more callbacks, and writes those under way. Idempotent. */
  @Override
  public synchronized void close() {
    if (closed.getCount() > 0) {
      receiver.close();
      closeConnections();
      closed.countDown();
    }
  }

  private void closeConnections() {
    registrar.shutdownNow();
    client.close();
    keys.close();
    topic.close();
  }
}
