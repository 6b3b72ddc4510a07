package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.bench.TicketPages.Page;
import io.psastream.connectwise.sandbox.bench.TicketPages.Slice;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What is left when Connect and the connector are left out: a request, a parse, and so many sends,
 * one page after the other. A program of its own, so that its processor time and its heap are not
 * the simulator's; it reads everything once to warm up, as far as that is worth it.
 */
final class BareLoop {
  private static final int WARM_UP_PAGES = 20;
  private static final String PRODUCER = "producer.";
  private static final String TOPIC = "topic";
  private static final String WARM_UP_TOPIC = "warm.up.topic";

  private final TicketPages pages;
  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private long items;
  private long requests;

  private BareLoop(TicketPages pages, Producer<byte[], byte[]> producer) {
    this.pages = pages;
    this.producer = producer;
  }

  /** Takes its settings as {@code key=value} and prints its {@link Figures}. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> config = new HashMap<>();
    Map<String, Object> settings = new HashMap<>();
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      config.put(pair[0], pair[1]);
      if (pair[0].startsWith(PRODUCER)) {
        settings.put(pair[0].substring(PRODUCER.length()), pair[1]);
      }
    }
    try (Probe probe = Probe.here();
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      TicketPages pages = new TicketPages(config);
      new BareLoop(pages, producer).run(config.get(WARM_UP_TOPIC), WARM_UP_PAGES);
      probe.reset();
      double cpu = probe.cpuSeconds();
      long start = System.nanoTime();
      BareLoop loop = new BareLoop(pages, producer);
      loop.run(config.get(TOPIC), Integer.MAX_VALUE);
      double seconds = (System.nanoTime() - start) / 1e9;
      double used = probe.cpuSeconds() - cpu;
      System.out.println(
          new Figures(loop.items, seconds, loop.requests, used, probe.heapBytes()).line());
    }
  }

  private void run(String topic, int mostPages) {
    List<Slice> slices;
    long last = 0;
    do {
      Page page = pages.after(last);
      requests++;
      slices = page.slices();
      for (Slice slice : slices) {
        byte[] key = Long.toString(slice.id()).getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> ticket = new ProducerRecord<>(topic, key, page.bytes(slice));
        Future<?> unused = producer.send(ticket, this::sent);
        items++;
        last = slice.id();
      }
    } while (slices.size() == TicketPages.SIZE && requests < mostPages);
    producer.flush();
    if (failure.get() != null) {
      throw new SandboxException("A record was lost", failure.get());
    }
  }

  private void sent(RecordMetadata metadata, Exception problem) {
    if (problem != null) {
      failure.set(problem);
    }
  }

  /**
   * Runs it in a JVM of its own.
   *
   * @param config how to reach the pages
   * @param topics where to write, and where to write while warming up
   * @param producer the producer's settings
   */
  static Figures fork(
      Map<String, String> config, List<String> topics, Map<String, String> producer, Path out)
      throws IOException {
    Map<String, String> settings = new HashMap<>(config);
    settings.put(TOPIC, topics.get(0));
    settings.put(WARM_UP_TOPIC, topics.get(1));
    producer.forEach((key, value) -> settings.put(PRODUCER + key, value));
    return ForkedLoop.run(BareLoop.class, settings, out, Rig.PATIENCE);
  }
}
