package io.psastream.connectwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.psastream.connectwise.client.Bodies;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.data.ReportDecoder.RowForm;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns and rows as one item a row. */
class ReportDecoderTest {

  private static final String COLUMNS =
      "\"column_definitions\":[{\"Nbr\":{\"type\":\"Numeric\",\"isNullable\":false}},"
          + "{\"Board \\\"A\\\"\":{\"type\":\"Text\",\"isNullable\":true}}]";
  private static final String ROWS = "\"row_values\":[[1, \"x\"],[2.50,null]]";

  private static List<Object> decode(RowForm form, String json) throws IOException {
    return Bodies.decode(new ReportDecoder(form), json).stream().map(Item::content).toList();
  }

  @Test
  void makesAMapOfEveryRow() throws IOException {
    Map<String, Object> second = new LinkedHashMap<>();
    second.put("Nbr", 2.5);
    second.put("Board \"A\"", null);

    List<Object> items = decode(RowForm.MAP, "{" + COLUMNS + "," + ROWS + "}");

    assertThat(items).containsExactly(Map.of("Nbr", 1L, "Board \"A\"", "x"), second);
    assertThat(((Map<?, ?>) items.get(0)).keySet().toArray()).containsExactly("Nbr", "Board \"A\"");
  }

  @Test
  void waitsWithTheRowsWhereTheColumnsComeLater() throws IOException {
    String late = "{\"other\":{\"row_values\":[1]}," + ROWS + "," + COLUMNS + "}";

    assertThat(decode(RowForm.MAP, late))
        .isEqualTo(decode(RowForm.MAP, "{" + COLUMNS + "," + ROWS + "}"));
    assertThat(decode(RowForm.TEXT, late))
        .isEqualTo(decode(RowForm.TEXT, "{" + COLUMNS + "," + ROWS + "}"));
  }

  @Test
  void keepsTheTextOfEveryCell() throws IOException {
    assertThat(decode(RowForm.TEXT, "{" + COLUMNS + "," + ROWS + "}"))
        .extracting(Object::toString)
        .containsExactly(
            "{\"Nbr\":1,\"Board \\\"A\\\"\":\"x\"}", "{\"Nbr\":2.50,\"Board \\\"A\\\"\":null}");
  }

  @Test
  void givesACellWithoutAColumnThePlaceAsName() throws IOException {
    assertThat(
            decode(
                RowForm.MAP, "{\"column_definitions\":[{\"a\":{}}],\"row_values\":[[1,2],[],[3]]}"))
        .isEqualTo(Arrays.asList(Map.of("a", 1L, "column2", 2L), Map.of(), Map.of("a", 3L)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "null",
        "{}",
        "{\"column_definitions\":[],\"row_values\":[]}",
        "{\"row_values\":null}"
      })
  void findsNoRows(String json) throws IOException {
    assertThat(decode(RowForm.MAP, json)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "[[1]]", "{\"row_values\":[[1]]}", "{\"row_values\":[1]}"})
  void refusesWhatIsNoReport(String json) {
    assertThatThrownBy(() -> decode(RowForm.MAP, json)).isInstanceOf(JsonProcessingException.class);
  }
}
