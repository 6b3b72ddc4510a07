package io.psastream.connectwise.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Finding a field in every form that an item can have. */
class FieldPathTest {

  private static final Map<String, Object> MAP =
      Map.of("id", 7L, "company", Map.of("id", 3L, "tags", List.of("a")), "name", "x");
  private static final String TEXT =
      "{\"other\":{\"id\":1},\"company\":{\"tags\":[\"a\"],\"id\":3},\"id\":7,\"name\":\"x\"}";

  @ParameterizedTest
  @CsvSource({"id, 7", "company/id, 3", "name, x", "company/tags, [a]"})
  void findsTheSameInAMapAndInAText(String path, String value) {
    assertThat(FieldPath.of(path).in(MAP).map(Object::toString)).contains(value);
    assertThat(FieldPath.of(path).in(TEXT)).isEqualTo(FieldPath.of(path).in(MAP));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "company/none", "id/id", "name/id", "company/tags/id", ""})
  void findsNothingWhereThereIsNothing(String path) {
    assertThat(FieldPath.of(path).in(MAP)).isEmpty();
    assertThat(FieldPath.of(path).in(TEXT)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "5", "[1]", "{\"id\":"})
  void findsNothingInATextThatIsNoObject(String text) {
    assertThat(FieldPath.of("id").in(text)).isEmpty();
  }
}
