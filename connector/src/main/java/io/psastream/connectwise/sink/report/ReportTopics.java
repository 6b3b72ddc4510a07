package io.psastream.connectwise.sink.report;

import io.psastream.connectwise.sink.config.Reporting;
import io.psastream.connectwise.sink.report.Report.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The result topic and the error topic, and the producer that writes to them. It is the connector's
 * own, since Connect gives a sink none; what it takes to send is bounded by its {@code
 * max.block.ms}.
 */
public final class ReportTopics implements AutoCloseable {

  /** The headers that say which record a report is about. */
  private static final String TOPIC = "connectwise.topic";

  private static final String PARTITION = "connectwise.partition";
  private static final String OFFSET = "connectwise.offset";

  /** What a message has besides its value. */
  private static final int ENVELOPE_BYTES = 4 * 1024;

  private final Reporting settings;
  private final Producer<byte[], byte[]> producer;
  private Optional<KafkaException> broken = Optional.empty();

  /** The producer is closed with it. */
  public ReportTopics(Reporting settings, Producer<byte[], byte[]> producer) {
    this.settings = settings;
    this.producer = producer;
  }

  /**
   * Opens the topics; nothing where none is configured.
   *
   * @throws ConnectException when one of them cannot be found
   */
  public static Optional<ReportTopics> open(Reporting settings) {
    if (!settings.wanted()) {
      return Optional.empty();
    }
    ReportTopics topics =
        new ReportTopics(
            settings,
            new KafkaProducer<>(
                settings.producer(), new ByteArraySerializer(), new ByteArraySerializer()));
    try {
      settings.resultTopic().ifPresent(topics::find);
      settings.errorTopic().ifPresent(topics::find);
      return Optional.of(topics);
    } catch (ConnectException e) {
      topics.close(Duration.ZERO);
      throw e;
    }
  }

  /** A topic that is not there would be noticed only when its first record has been applied. */
  private void find(String topic) {
    try {
      producer.partitionsFor(topic);
    } catch (KafkaException e) {
      throw new ConnectException(
          "The topic "
              + topic
              + " for reports cannot be found ("
              + e.getMessage()
              + "). Create it,"
              + " or check reporter.bootstrap.servers and reporter.producer.*.",
          e);
    }
  }

  /** Whether rejected records are told here. */
  public boolean takesErrors() {
    return settings.errorTopic().isPresent();
  }

  /**
   * Sends a report where its verdict belongs; done at once where there is no topic for it. After a
   * send that failed at once, which may have taken {@code max.block.ms}, all others fail, so that
   * Connect does not miss the task while it tries one after the other.
   */
  public Future<?> send(Report report) {
    if (broken.isPresent()) {
      return CompletableFuture.failedFuture(broken.get());
    }
    boolean fine = report.verdict() == Verdict.DELIVERED || report.verdict() == Verdict.UNSENT;
    return (fine ? settings.resultTopic() : settings.errorTopic())
        .<Future<?>>map(topic -> send(topic, report))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private Future<?> send(String topic, Report report) {
    SinkRecord record = report.record();
    byte[] key = ReportText.key(record);
    int most = settings.maxRequestBytes() - ENVELOPE_BYTES - (key == null ? 0 : key.length);
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(topic, key, ReportText.value(report, most));
    message
        .headers()
        .add(TOPIC, utf8(record.originalTopic()))
        .add(PARTITION, utf8(String.valueOf(record.originalKafkaPartition())))
        .add(OFFSET, utf8(String.valueOf(record.originalKafkaOffset())));
    try {
      return producer.send(message);
    } catch (KafkaException e) {
      broken = Optional.of(e);
      return CompletableFuture.failedFuture(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Ends the producer; what it could not send within the bound is lost, and not committed. */
  public void close(Duration bound) {
    producer.close(bound);
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
