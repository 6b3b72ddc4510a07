package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Reaction.Situation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReactionTest {

  private static final Path PAGE = Path.of("..", "docs", "architecture.md");

  /** The reactions as the page words them. */
  private static final Map<Reaction, String> WORDS =
      Map.of(
          Reaction.FAIL_TASK, "task fails",
          Reaction.RETRY_LATER, "retried later",
          Reaction.SKIP_QUERY, "query waits",
          Reaction.REJECT_RECORD, "record rejected",
          Reaction.NOT_FOUND_RULE, "`behavior.on.not.found`",
          Reaction.AMBIGUOUS_RULE, "`behavior.on.ambiguous.create`",
          Reaction.REFUSE_CONFIG, "refused",
          Reaction.WARN, "warning",
          Reaction.NONE, "nothing");

  @Test
  void thePageHasTheReactionToEveryKindInEverySituation() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.startsWith("| kind of failure |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();

    assertThat(rows)
        .as("the table of reactions in %s", PAGE)
        .containsExactlyElementsOf(Arrays.stream(Kind.values()).map(ReactionTest::row).toList());
  }

  private static String row(Kind kind) {
    return Arrays.stream(Situation.values())
        .map(situation -> WORDS.get(Reaction.to(kind, situation)))
        .collect(
            Collectors.joining(" | ", "| " + kind.name().toLowerCase(Locale.ROOT) + " | ", " |"));
  }
}
