package io.psastream.connectwise.simulator.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {

  private static final String ITEM =
      """
      {"id":7,"board":{"id":1,"name":"B"},"types":[{"id":1,"name":"X"},{"id":2,"name":"Y"}],
       "_info":{"lastUpdated":"T","updatedBy":"U"}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "id | {\"id\":7}",
        "id,board/name | {\"id\":7,\"board\":{\"name\":\"B\"}}",
        "board/name, board/id | {\"board\":{\"name\":\"B\",\"id\":1}}",
        "id,_info/lastUpdated | {\"id\":7,\"_info\":{\"lastUpdated\":\"T\"}}",
        "types/name | {\"types\":[{\"name\":\"X\"},{\"name\":\"Y\"}]}",
        "ID,nothing | {\"id\":7}"
      })
  void onlyWhatIsNamedIsLeft(String fields, String selected) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode item = (ObjectNode) mapper.readTree(ITEM);
    assertThat(Selection.parse(fields).of(item)).isEqualTo(mapper.readTree(selected));
  }
}
