package io.psastream.connectwise.sandbox.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What leaves tests out: {@code -DskipTests} all of them, also end to end, which failsafe alone
 * does not take it for; each of the other two properties its own kind.
 */
final class SkippedTestsTest {

  private static final Pattern PROPERTY = Pattern.compile("<(skip(Tests|ITs|UnitTests))>.*</\\1>");

  @Test
  void profilesAndModulesLeaveOneKindOutAndTheUserAll() throws IOException {
    assertThat(properties("pom.xml"))
        .containsExactly(
            "<skipTests>false</skipTests>",
            "<skipITs>${skipTests}</skipITs>",
            "<skipUnitTests>${skipTests}</skipUnitTests>",
            "<skipTests>${skipUnitTests}</skipTests>", // surefire's
            "<skipUnitTests>true</skipUnitTests>", // soak
            "<skipUnitTests>true</skipUnitTests>", // ordeal
            "<skipUnitTests>true</skipUnitTests>", // compat, but for its own module
            "<skipITs>true</skipITs>");
    assertThat(properties("compat/pom.xml")).containsExactly("<skipITs>${skipTests}</skipITs>");
    assertThat(properties("sandbox/pom.xml")).isEmpty();
  }

  private static List<String> properties(String pom) throws IOException {
    return PROPERTY
        .matcher(Files.readString(Path.of("..", pom)))
        .results()
        .map(match -> match.group())
        .toList();
  }
}
