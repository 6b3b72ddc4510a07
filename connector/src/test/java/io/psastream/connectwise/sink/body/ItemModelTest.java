package io.psastream.connectwise.sink.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Catalog;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the catalogue makes of the items that operations take. */
class ItemModelTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Catalog CATALOG = Catalog.load();

  @Test
  void timesInsideAnItemAreBroughtIntoTheFormOfTheApiAndTheRecordIsLeftAsItIs() throws IOException {
    String text =
        "{\"forecastItems\":[{\"recurringDateStart\":\"2026-03-29T03:30:00.123+02:00\","
            + "\"forecastDescription\":\"2026-03-29T03:30:00.123+02:00\"}]}";
    ObjectNode record = (ObjectNode) JSON.readTree(text);
    ObjectNode item = JSON.createObjectNode().setAll(record);

    ItemModel.of(CATALOG.operation("postSalesOpportunitiesByParentIdForecast"), CATALOG)
        .convertTimes(item);

    assertThat(item.at("/forecastItems/0/recurringDateStart").asText())
        .isEqualTo("2026-03-29T01:30:00Z");
    assertThat(item.at("/forecastItems/0/forecastDescription").asText())
        .isEqualTo("2026-03-29T03:30:00.123+02:00");
    assertThat(record).isEqualTo(JSON.readTree(text));
  }
}
