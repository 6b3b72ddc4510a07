package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.broker.Topics;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * When the records of a topic came, to the 25 ms that looking takes.
 *
 * @param first when the first were there
 * @param before how many those were
 * @param last when all were there
 */
record Arrival(Instant first, long before, Instant last) {

  /**
   * Waits until so many records are in a topic that nothing but the subject writes to.
   *
   * @param meanwhile called each time that the topic is looked at
   */
  static Arrival of(Topics topics, String topic, long count, Runnable meanwhile) {
    Arrival arrival = of(topic, count, () -> end(topics, topic), meanwhile);
    long end = end(topics, topic);
    if (end > count) {
      throw new SandboxException(end + " records in " + topic + " instead of " + count);
    }
    return arrival;
  }

  /**
   * Waits until so many records have come.
   *
   * @param came counts them
   * @param meanwhile called each time that they are counted
   */
  static Arrival of(String topic, long count, LongSupplier came, Runnable meanwhile) {
    long[] end = new long[1];
    Instant first = await(topic, 1, came, meanwhile, end);
    long before = end[0];
    return new Arrival(first, before, await(topic, count, came, meanwhile, end));
  }

  private static Instant await(
      String topic, long count, LongSupplier came, Runnable meanwhile, long[] end) {
    return Await.until(
        count + " records in " + topic,
        Rig.PATIENCE,
        () -> {
          meanwhile.run();
          end[0] = came.getAsLong();
          return end[0] >= count ? Optional.of(Instant.now()) : Optional.empty();
        },
        () -> "There are " + end[0] + ".");
  }

  private static long end(Topics topics, String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try {
      return topics
          .admin()
          .listOffsets(Map.of(partition, OffsetSpec.latest()))
          .partitionResult(partition)
          .get(60, TimeUnit.SECONDS)
          .offset();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return 0; // such as for a topic that was created just now
      }
      throw new SandboxException("The broker does not say where " + topic + " ends", e);
    } catch (TimeoutException e) {
      throw new SandboxException("The broker does not say where " + topic + " ends", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Interrupted while waiting for " + topic, e);
    }
  }
}
