package io.psastream.connectwise.sandbox.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psastream.connectwise.sandbox.broker.Topics;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Reads and writes topics of a demo that stays up, for those who have no tools of Kafka's. */
final class TopicTool {
  private final DemoOptions options;
  private final String bootstrapServers;

  TopicTool(DemoOptions options) {
    this.options = options;
    int port = options.port(DemoOptions.KAFKA_PORT);
    this.bootstrapServers = "127.0.0.1:" + port;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    } catch (IOException e) {
      throw new SandboxException(
          "No broker listens on %s. ./demo --keep starts one; %s says where it is."
              .formatted(bootstrapServers, DemoOptions.KAFKA_PORT),
          e);
    }
  }

  /** Prints key, tab, value of each record, from the first one on, until the process ends. */
  int print(PrintStream out) {
    Pattern topic = Pattern.compile(Pattern.quote(options.words().get(0)));
    try (Topics topics = new Topics(bootstrapServers)) {
      topics.follow(
          topic,
          record -> {
            out.println(record.key() + "\t" + record.value());
            return !out.checkError(); // Nobody reads it any more, as after | head
          });
    }
    return 0;
  }

  /** Writes one record. */
  int send() {
    List<String> words = options.words();
    ProducerRecord<String, String> record =
        new ProducerRecord<>(words.get(0), words.get(1), words.size() > 2 ? words.get(2) : null);
    words.stream()
        .skip(3)
        .map(header -> header.split("=", 2))
        .forEach(header -> record.headers().add(header[0], header[1].getBytes(UTF_8)));
    try (Topics topics = new Topics(bootstrapServers)) {
      topics.send(List.of(record));
    }
    return 0;
  }
}
