package io.psastream.connectwise;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the rules that the sources cite, their page {@code docs/connectwise-api.md}, and the tests
 * that {@code docs/pitfalls.md} names in line with each other.
 */
class ApiRulesTest {

  private static final Path ROOT = Path.of("..");
  private static final Path API = ROOT.resolve("docs/connectwise-api.md");
  private static final Path PITFALLS = ROOT.resolve("docs/pitfalls.md");

  /** What is skipped as text, and comments; those of several lines as one. */
  private static final Pattern TEXT_OR_COMMENT =
      Pattern.compile(
          "\"\"\"(?s:.*?)\"\"\""
              + "|\"[^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+\""
              + "|'(?:\\\\.[^']*|[^'\\\\])'"
              + "|(?<comment>/\\*(?s:.*?)\\*/|//[^\\n]*+(?:\\n\\s*+//[^\\n]*+)*+)");

  private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\n\\s*(//|\\*(?!/))?\\s*");
  private static final Pattern RULE = Pattern.compile("\\bP\\d{1,2}[ab]?\\b");
  private static final Pattern SECTIONS =
      Pattern.compile("docs/connectwise-api\\.md((?:(?:,| and)? section \\d+)+)");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** The page under any other path or name than its own. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("(?<!connectwise-)\\bapi\\.md|(?<!docs/)connectwise-api\\.md");

  private static final Pattern ANCHOR = Pattern.compile("<a id=\"(\\w+)\"></a>");
  private static final Pattern SECTION = Pattern.compile("(?m)^## (\\d+)\\. ");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (?!rule \\|)(?<rule>.*?) \\|.*");
  private static final Pattern LINK =
      Pattern.compile("\\[(P\\w+)]\\(connectwise-api\\.md#(\\w+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern TEST = Pattern.compile("([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?");

  @Test
  void everyRuleThatASourceCitesIsOnThePage() throws IOException {
    Set<String> anchors = all(ANCHOR, Files.readString(API));

    assertThat(citations(RULE, 0, rule -> anchors.contains(rule.toLowerCase(Locale.ROOT))))
        .as("Rules without an anchor in %s, by the file that cites them", API)
        .isEmpty();
  }

  @Test
  void everySectionThatASourceCitesIsOnThePage() throws IOException {
    Set<String> sections = all(SECTION, Files.readString(API));

    assertThat(
            citations(
                SECTIONS,
                1,
                cited -> NUMBER.matcher(cited).results().allMatch(it -> has(sections, it))))
        .as("Sections that %s does not have, by the file that cites them", API)
        .isEmpty();
  }

  @Test
  void noSourceCitesThePageUnderAnotherName() throws IOException {
    assertThat(citations(ELSEWHERE, 0, cited -> false))
        .as("Citations that are not docs/connectwise-api.md, by file")
        .isEmpty();
  }

  @Test
  void everyPitfallLinksItsRule() throws IOException {
    String pitfalls = Files.readString(PITFALLS);
    Set<String> anchors = all(ANCHOR, Files.readString(API));
    List<String> rows = ROW.matcher(pitfalls).results().map(row -> row.group(1)).toList();

    assertThat(rows)
        .as("Rows of %s", PITFALLS)
        .isNotEmpty()
        .allSatisfy(rule -> assertThat(rule).matches(LINK));
    assertThat(LINK.matcher(pitfalls).results().filter(link -> !leads(link, anchors)))
        .extracting(MatchResult::group)
        .as("Links of %s that lead to no anchor, or to another rule's, in %s", PITFALLS, API)
        .isEmpty();
  }

  @Test
  void everyTestThatAPitfallNamesExists() throws IOException {
    Map<String, String> tests =
        sources().stream()
            .filter(file -> file.toString().contains("src/test"))
            .collect(
                groupingBy(
                    file -> file.getFileName().toString().replace(".java", ""),
                    mapping(ApiRulesTest::read, joining())));

    assertThat(namedTests().stream().filter(name -> !exists(name, tests)))
        .as("Tests that %s names and no module has", PITFALLS)
        .isEmpty();
  }

  private static boolean has(Set<String> sections, MatchResult number) {
    return sections.contains(number.group());
  }

  private static boolean leads(MatchResult link, Set<String> anchors) {
    String anchor = link.group(2);
    return anchors.contains(anchor) && anchor.equals(link.group(1).toLowerCase(Locale.ROOT));
  }

  /** What stands in the last cell of a row, as code: tests and nothing else. */
  private static List<String> namedTests() {
    List<String> names = new ArrayList<>();
    for (MatchResult row : ROW.matcher(read(PITFALLS)).results().toList()) {
      String[] cells = row.group().split(" \\|", -1);
      String cell = cells[cells.length - 2];
      List<String> named = CODE.matcher(cell).results().map(code -> code.group(1)).toList();
      assertThat(!named.isEmpty() || cell.contains("no test"))
          .as("Row of %s that names a test or says that there is none: %s", PITFALLS, row.group(1))
          .isTrue();
      names.addAll(named);
    }
    return names;
  }

  private static boolean exists(String name, Map<String, String> tests) {
    var test = TEST.matcher(name);
    if (!test.matches() || !tests.containsKey(test.group(1))) {
      return false;
    }
    return test.group(2) == null
        || Pattern.compile("\\bvoid " + test.group(2) + "\\(")
            .matcher(tests.get(test.group(1)))
            .find();
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).collect(toSet());
  }

  /** What the comments of all sources say in this form and is not so, by file. */
  private static Map<String, Set<String>> citations(Pattern form, int group, Predicate<String> fine)
      throws IOException {
    return sources().stream()
        .flatMap(
            file ->
                comments(file)
                    .flatMap(comment -> form.matcher(comment).results())
                    .map(found -> found.group(group).strip())
                    .filter(cited -> !fine.test(cited))
                    .map(cited -> Map.entry(ROOT.relativize(file).toString(), cited)))
        .collect(
            groupingBy(
                Map.Entry::getKey,
                TreeMap::new,
                mapping(Map.Entry::getValue, toCollection(TreeSet::new))));
  }

  private static Stream<String> comments(Path source) {
    return TEXT_OR_COMMENT
        .matcher(read(source))
        .results()
        .map(found -> found.group(1))
        .filter(Objects::nonNull)
        .map(comment -> LINE_BREAK.matcher(comment).replaceAll(" "));
  }

  /** Main and test sources of every module. */
  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(it -> Files.isDirectory(it.resolve("src"))).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve("src"))) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
      }
    }
    assertThat(sources).as("Sources below %s", ROOT.toAbsolutePath().normalize()).isNotEmpty();
    return sources;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
