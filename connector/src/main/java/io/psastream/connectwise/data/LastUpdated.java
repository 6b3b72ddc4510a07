package io.psastream.connectwise.data;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the {@code lastUpdated} of items for the decoders of one task, which says once that it had
 * to guess a zone.
 */
public final class LastUpdated {

  private static final Logger LOG = LoggerFactory.getLogger(LastUpdated.class);

  private final AtomicBoolean said = new AtomicBoolean();

  /** The time in a value, in whole seconds; empty when it is none. */
  public Optional<Instant> in(Object value) {
    return value instanceof String text
        ? Timestamps.seconds(text).map(this::second)
        : Optional.empty();
  }

  private Instant second(Timestamps.Read read) {
    if (!read.zoned() && said.compareAndSet(false, true)) {
      LOG.warn(
          "The site writes lastUpdated without a time zone; it is taken for UTC. If changes are"
              + " missing, set mode=snapshot.");
    }
    return read.second();
  }
}
