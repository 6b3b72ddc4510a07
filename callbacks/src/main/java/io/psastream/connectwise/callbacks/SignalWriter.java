package io.psastream.connectwise.callbacks;

import io.psastream.connectwise.client.TroubleLog;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes callbacks to the signal topic and waits until all in-sync replicas have them. Never throws
 * for Kafka's sake. Safe for use by several threads.
 */
final class SignalWriter implements AutoCloseable {

  /** What became of a callback. */
  enum Outcome {
    WRITTEN,
    /** Kafka is away, or too much waits for it. */
    LATER,
    /** Kafka takes no record of this size. */
    TOO_LARGE
  }

  private static final Logger LOG = LoggerFactory.getLogger(SignalWriter.class);
  private static final String TROUBLE = "the signal topic cannot be written";

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Duration patience;
  private final Semaphore waiting;
  private final TroubleLog troubles = new TroubleLog(LOG, System::nanoTime);

  /**
   * Writes through a producer, which it closes.
   *
   * @param patience how long one callback may wait for Kafka
   * @param most how many may wait at once
   */
  SignalWriter(Producer<byte[], byte[]> producer, String topic, Duration patience, int most) {
    this.producer = producer;
    this.topic = topic;
    this.patience = patience;
    this.waiting = new Semaphore(most);
  }

  /** Writes a callback, without a key: for all connectors that read the topic. */
  Outcome write(byte[] body) {
    if (!waiting.tryAcquire()) {
      return later("too many callbacks wait for Kafka");
    }
    long start = System.nanoTime();
    try {
      producer
          .send(new ProducerRecord<>(topic, body))
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
      troubles.over(TROUBLE, start);
      return Outcome.WRITTEN;
    } catch (ExecutionException e) {
      return failed(e.getCause());
    } catch (TimeoutException e) {
      return later("Kafka has not answered for " + patience.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.LATER;
    } catch (RuntimeException e) {
      return failed(e);
    } finally {
      waiting.release();
    }
  }

  private Outcome failed(Throwable cause) {
    if (cause instanceof RecordTooLargeException) {
      troubles.warn(
          "a callback is too large",
          "A callback is too large for the signal topic; raise max.message.bytes of the topic");
      return Outcome.TOO_LARGE;
    }
    return later(cause.getMessage());
  }

  private Outcome later(String reason) {
    troubles.warn(
        TROUBLE, "Topic " + topic + " cannot be written, callbacks are put off: " + reason);
    return Outcome.LATER;
  }

  /** Waits for what is under way, as long as one callback may. */
  @Override
  public void close() {
    producer.close(patience);
  }
}
