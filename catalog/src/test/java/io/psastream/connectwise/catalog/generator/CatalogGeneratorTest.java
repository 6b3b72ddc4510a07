package io.psastream.connectwise.catalog.generator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.psastream.connectwise.catalog.Catalog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogGeneratorTest {

  private static final String SPECIFICATION = "openapi-2025.16-reconstructed.json";

  @Test
  void reproducesTheCommittedFiles(@TempDir Path folder) throws IOException {
    CatalogGenerator.main(
        new String[] {SharedFiles.file(SPECIFICATION).toString(), folder.toString()});

    for (String name : List.of(CatalogGenerator.OPERATIONS, CatalogGenerator.SCHEMAS)) {
      try (InputStream committed = Catalog.class.getResourceAsStream(name)) {
        assertThat(folder.resolve(name)).hasBinaryContent(committed.readAllBytes());
      }
    }
  }

  @Test
  void writesAnOperationAsOneLineBelowItsPath(@TempDir Path folder) throws IOException {
    String files = String.join("", generate(folder, "list", "array", "{}").values());

    assertThat(files)
        .contains(
            "\n/things/{id}\tinteger\n GET\tgetThingsById\tonly:string!\tarray:Thing\tlist:Thing\tid info\n")
        .contains(
            """
            Thing
             id integer required
             big long
             at datetime
             other OtherReference
             others OtherReference[]
             rows object[]
             _info map
             free object
            """);
  }

  @Test
  void leavesAnAnswerItDoesNotKnowToTheOverlay(@TempDir Path folder) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generate(folder, "stream", "none", "{}"))
        .withMessageContaining("getThingsById answers \"stream\"")
        .withMessageContaining("overlay.txt");
  }

  @Test
  void refusesWhatItDoesNotKnowOtherwise(@TempDir Path folder) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generate(folder, "list", "graph", "{}"))
        .withMessageContaining("graph");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generate(folder, "list", "none", "{\"type\":\"tuple\"}"))
        .withMessageContaining("tuple");
  }

  private static Map<String, String> generate(Path folder, String answer, String body, String type)
      throws IOException {
    String specification =
        """
        {"paths": {"/things/{id}": {"get": {
          "operationId": "getThingsById",
          "parameters": [
            {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
            {"name": "only", "in": "query", "required": true, "schema": {"type": "string"}},
            {"name": "clientId", "in": "header", "required": true, "schema": {"type": "string"}}],
          "x-body-kind": "%s",
          "x-response-kind": "%s",
          "requestBody": {"content": {"application/json": {"schema":
            {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}},
          "responses": {"200": {"content": {"application/json": {"schema":
            {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}}}}}},
        "components": {"schemas": {"Thing": {"required": ["id"], "properties": {
          "id": {"type": "integer", "format": "int32"},
          "big": {"type": "integer"},
          "at": {"type": "string", "format": "date-time"},
          "other": {"$ref": "#/components/schemas/OtherReference"},
          "others": {"type": "array", "items": {"$ref": "#/components/schemas/OtherReference"}},
          "rows": {"type": "array", "items": {"type": "array", "items": {"type": "object"}}},
          "_info": {"type": "object", "additionalProperties": {"type": "string"}},
          "free": %s}}}}}
        """
            .formatted(body, answer, type);
    Path file = Files.writeString(folder.resolve("openapi.json"), specification, UTF_8);
    return CatalogGenerator.generate(file, new Overlay(List.of()));
  }
}
