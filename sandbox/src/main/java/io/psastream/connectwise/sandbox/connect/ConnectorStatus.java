package io.psastream.connectwise.sandbox.connect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the worker says about one connector: its state, and that of each task with the stack trace
 * of a failure.
 */
public record ConnectorStatus(String state, String trace, List<Task> tasks) {

  /** One task; the trace is empty unless it failed. */
  public record Task(int id, String state, String trace) {}

  static ConnectorStatus of(JsonNode status) {
    List<Task> tasks = new ArrayList<>();
    for (JsonNode task : status.path("tasks")) {
      tasks.add(
          new Task(
              task.path("id").asInt(), task.path("state").asText(), task.path("trace").asText()));
    }
    JsonNode connector = status.path("connector");
    return new ConnectorStatus(
        connector.path("state").asText(), connector.path("trace").asText(), List.copyOf(tasks));
  }

  /** Whether the connector and {@code count} tasks run. */
  public boolean running(int count) {
    return state.equals("RUNNING")
        && tasks.size() == count
        && tasks.stream().allMatch(task -> task.state().equals("RUNNING"));
  }

  /** Whether the connector or one of its tasks failed. */
  public boolean failed() {
    return state.equals("FAILED") || tasks.stream().anyMatch(task -> task.state().equals("FAILED"));
  }

  /**
   * Whether code of packages that begin so was under way in a failure, and none of Kafka's own
   * errors was the cause.
   */
  public boolean failedBy(String packages) {
    return Stream.concat(Stream.of(trace), tasks.stream().map(Task::trace))
        .anyMatch(
            text ->
                text.contains("at " + packages)
                    && !text.contains("org.apache.kafka.common.errors."));
  }

  /** What the failures say: of each stack trace the messages, outermost first. */
  public String cause() {
    return Stream.concat(Stream.of(trace), tasks.stream().map(Task::trace))
        .flatMap(String::lines)
        .filter(line -> !line.startsWith("\t"))
        .distinct()
        .collect(Collectors.joining(" "));
  }
}
