package io.psastream.connectwise.client;

import static java.util.Map.entry;
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
      Map.ofEntries(
          entry(Reaction.FAIL_TASK, "task fails"),
          entry(Reaction.RETRY_LATER, "retried later"),
          entry(Reaction.RETRY_FOR_A_WHILE, "retried for a while"),
          entry(Reaction.SKIP_QUERY, "query waits"),
          entry(Reaction.SKIP_CHILD, "no such child"),
          entry(Reaction.CHILD_RULE, "`on.child.error`"),
          entry(Reaction.REJECT_RECORD, "record rejected"),
          entry(Reaction.NOT_FOUND_RULE, "`behavior.on.not.found`"),
          entry(Reaction.AMBIGUOUS_RULE, "`behavior.on.ambiguous.create`"),
          entry(Reaction.REFUSE_CONFIG, "refused"),
          entry(Reaction.WARN, "warning"),
          entry(Reaction.NONE, "nothing"));

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
