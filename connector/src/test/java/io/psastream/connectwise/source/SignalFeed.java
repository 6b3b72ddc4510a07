package io.psastream.connectwise.source;

import io.psastream.connectwise.source.config.SignalSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** A signal topic of one partition, in memory; each task that starts reads it from its end. */
final class SignalFeed {

  private static final TopicPartition PARTITION = new TopicPartition("signals", 0);

  private long end;
  private Reader reader;

  /** Opens what the task reads. */
  synchronized Consumer<byte[], byte[]> open(SignalSettings settings) {
    reader = new Reader(end);
    notifyAll();
    return reader;
  }

  void send(String value) throws InterruptedException {
    send(null, value.getBytes(StandardCharsets.UTF_8));
  }

  void send(String key, byte[] value) throws InterruptedException {
    reader().send(key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
  }

  /** The one that reads now; after a restart that is another one. */
  private Reader reader() throws InterruptedException {
    Reader now;
    synchronized (this) {
      while (reader == null || reader.closed()) {
        wait(10_000);
      }
      now = reader;
    }
    if (!now.assigned.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the signal topic is not read");
    }
    return now;
  }

  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // who waits must not lock
  private final class Reader extends MockConsumer<byte[], byte[]> {

    private final CountDownLatch assigned = new CountDownLatch(1);
    private final Semaphore arrived = new Semaphore(0);

    private Reader(long from) {
      super("latest");
      Node node = new Node(0, "localhost", 1);
      updatePartitions(
          "signals",
          List.of(new PartitionInfo("signals", 0, node, new Node[] {node}, new Node[] {node})));
      updateBeginningOffsets(Map.of(PARTITION, 0L));
      updateEndOffsets(Map.of(PARTITION, from));
    }

    private void send(byte[] key, byte[] value) {
      synchronized (SignalFeed.this) {
        addRecord(new ConsumerRecord<>("signals", 0, end++, key, value));
      }
      arrived.release();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
      return partitionsFor(topic);
    }

    @Override
    public long position(TopicPartition partition, Duration timeout) {
      long position = position(partition);
      assigned.countDown();
      return position;
    }

    /** Waits like a real one. */
    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      try {
        if (arrived.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
          arrived.drainPermits();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return super.poll(Duration.ZERO);
    }

    @Override
    public void wakeup() {
      super.wakeup();
      arrived.release();
    }
  }
}
