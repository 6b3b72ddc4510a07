package io.psastream.connectwise.callbacks;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.TroubleLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks signatures with the keys of the site. A key is read once and kept; where a signature does
 * not fit, it is read again, since keys are replaced (P32). All that forged callbacks can cost is
 * {@link #PER_MINUTE} requests to the site. Safe for use by several threads.
 */
final class SigningKeys implements AutoCloseable {

  /** What came of a check. */
  enum Verdict {
    GENUINE,
    FORGED,
    /** The key cannot be had now. */
    UNKNOWN
  }

  /** How many keys are asked for at most, so that the site's rate limit is left to others. */
  static final int PER_MINUTE = 60;

  private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
  private static final String TROUBLE = "signing keys cannot be read";
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST = 256;
  private static final int THREADS = 2;

  private final ConnectWiseClient site;
  private final Duration patience;
  private final LongSupplier nanos;
  private final TroubleLog troubles;
  private final ThreadPoolExecutor reader;
  private final Map<String, Future<Optional<String>>> underWay = new HashMap<>();
  private final LinkedHashMap<String, String> keys = new LinkedHashMap<>(16, 0.75f, true);
  private long minute;
  private int read;

  /** The key cannot be had now. */
  private static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Keys that are not read yet.
   *
   * @param patience how long a check waits for a key
   * @param nanos a clock such as {@link System#nanoTime}
   */
  SigningKeys(ConnectWiseClient site, Duration patience, LongSupplier nanos) {
    this.site = site;
    this.patience = patience;
    this.nanos = nanos;
    this.troubles = new TroubleLog(LOG, nanos);
    this.minute = nanos.getAsLong();
    this.reader =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(), // what is in it was counted
            task -> {
              Thread thread = new Thread(task, "callbacks-keys");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Whether a callback was signed with the key of the site that its own text names. */
  Verdict check(Callback callback, Signature signature) {
    String url = callback.keyUrl();
    if (known(url).filter(key -> signature.fits(callback.body(), key)).isPresent()) {
      return Verdict.GENUINE;
    }
    if (!site.isKeyUrl(url)) {
      return Verdict.FORGED;
    }
    try {
      boolean fits = read(url).filter(key -> signature.fits(callback.body(), key)).isPresent();
      return fits ? Verdict.GENUINE : Verdict.FORGED;
    } catch (UnavailableException e) {
      return Verdict.UNKNOWN;
    }
  }

  private synchronized Optional<String> known(String url) {
    return Optional.ofNullable(keys.get(url));
  }

  /** Reads a key; empty when the site has none of this URL. */
  private Optional<String> read(String url) throws UnavailableException {
    long now = nanos.getAsLong();
    try {
      Optional<String> key = asked(url, now).get(patience.toMillis(), TimeUnit.MILLISECONDS);
      troubles.over(TROUBLE, now);
      return key;
    } catch (ExecutionException e) {
      troubles.warn(TROUBLE, "A signing key cannot be read: " + e.getCause().getMessage());
    } catch (TimeoutException e) {
      troubles.warn(TROUBLE, "The site is slow to tell a signing key; callbacks are put off");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new UnavailableException();
  }

  /** On another thread, since this one has to answer in time; once for all who ask meanwhile. */
  private synchronized Future<Optional<String>> asked(String url, long now)
      throws UnavailableException {
    Future<Optional<String>> same = underWay.get(url);
    if (same != null) {
      return same;
    }
    if (now - minute >= MINUTE) {
      minute = now;
      read = 0;
    }
    if (read == PER_MINUTE) {
      troubles.warn(
          TROUBLE,
          "More than "
              + PER_MINUTE
              + " callbacks a minute have a signature that no known key fits; they are put off");
      throw new UnavailableException();
    }
    read++;
    Future<Optional<String>> future = reader.submit(() -> fetch(url));
    underWay.put(url, future);
    return future;
  }

  private Optional<String> fetch(String url) {
    Optional<String> key = Optional.empty();
    try {
      key = Optional.of(site.signingKey(url));
      return key;
    } catch (ApiException e) {
      return switch (e.failure().kind()) {
        case NOT_FOUND, REJECTED -> key;
        default -> throw e;
      };
    } finally {
      keep(url, key);
    }
  }

  private synchronized void keep(String url, Optional<String> key) {
    underWay.remove(url);
    key.ifPresent(text -> keys.put(url, text));
    if (keys.size() > MOST) {
      keys.remove(keys.keySet().iterator().next());
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
