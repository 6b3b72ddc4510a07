package io.psastream.connectwise.data.typed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Holds the schemas of all operations against those of the previous release, in {@code
 * schemas.txt}: a line for each operation with the name of its schema, a line for each schema with
 * its fields. What is compatible is accepted with {@code -Dschemas.accept=true}, which writes the
 * file anew.
 */
class SchemaEvolutionTest {

  private static final Path RELEASED =
      Path.of("src/test/resources/io/psastream/connectwise/data/typed/schemas.txt");

  @Test
  void noSchemaChangesInAWayThatBreaksConsumers() throws IOException {
    SortedMap<String, String> now = now();
    Map<String, String> released = read(Files.readAllLines(RELEASED, UTF_8));

    assertThat(breaks(released, now))
        .as("changes that consumers of the previous release cannot read; see CONTRIBUTING.md")
        .isEmpty();
    if (Boolean.getBoolean("schemas.accept")) {
      List<String> lines = new ArrayList<>();
      now.forEach((name, fields) -> lines.add(name + " " + fields));
      Files.write(RELEASED, lines, UTF_8);
    } else {
      assertThat(changed(released, now))
          .as("compatible changes; accept them with -Dschemas.accept=true")
          .isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "id:int32, id:int32 name:string, ''",
    "id:int32, id:int64, ''",
    "id:int32 name:string, id:int32, 'T: name:string was removed'",
    "id:int32, id:string, 'T: id:int32 became id:string'",
    "id:int64, id:int32, 'T: id:int64 became id:int32'",
    "id:int64, id:float64, 'T: id:int64 became id:float64'",
    "a:Ref, a:array<Ref>, 'T: a:Ref became a:array<Ref>'",
  })
  void tellsACompatibleChangeFromOneThatBreaks(String before, String after, String problem) {
    assertThat(String.join("", breaks(Map.of("T", before), Map.of("T", after)))).isEqualTo(problem);
  }

  @Test
  void noticesASchemaOrAnOperationThatIsGone() {
    assertThat(breaks(Map.of("getThings()", "Thing"), Map.of("Thing", "id:int32")))
        .containsExactly("getThings() was removed");
    assertThat(breaks(Map.of("getThings()", "Thing"), Map.of("getThings()", "Other")))
        .containsExactly("getThings(): Thing was removed");
  }

  private static List<String> breaks(Map<String, String> released, Map<String, String> now) {
    List<String> problems = new ArrayList<>();
    released.forEach(
        (name, text) -> {
          if (!now.containsKey(name)) {
            problems.add(name + " was removed");
            return;
          }
          Map<String, String> fields = fields(now.get(name));
          fields(text)
              .forEach(
                  (field, type) ->
                      problem(field, type, fields.get(field))
                          .ifPresent(problem -> problems.add(name + ": " + problem)));
        });
    return problems;
  }

  private static Optional<String> problem(String field, String before, String after) {
    String was = before.isEmpty() ? field : field + ":" + before;
    if (after == null) {
      return Optional.of(was + " was removed");
    }
    // The only widening that Avro reads without loss.
    boolean widened = before.equals("int32") && after.equals("int64");
    return before.equals(after) || widened
        ? Optional.empty()
        : Optional.of(was + " became " + field + ":" + after);
  }

  private static List<String> changed(Map<String, String> released, Map<String, String> now) {
    return now.entrySet().stream()
        .filter(each -> !each.getValue().equals(released.get(each.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, String> fields(String text) {
    Map<String, String> fields = new TreeMap<>();
    for (String field : text.split(" ", -1)) {
      int colon = field.indexOf(':');
      fields.put(
          colon < 0 ? field : field.substring(0, colon),
          colon < 0 ? "" : field.substring(colon + 1));
    }
    return fields;
  }

  private static SortedMap<String, String> read(List<String> lines) {
    SortedMap<String, String> read = new TreeMap<>();
    for (String line : lines) {
      int space = line.indexOf(' ');
      read.put(line.substring(0, space), line.substring(space + 1));
    }
    return read;
  }

  /** The schemas of whatever a source can read. */
  private static SortedMap<String, String> now() {
    TypedForm form = new TypedForm(Unknown.COLLECT, true, List.of(), Optional.empty());
    SortedMap<String, String> schemas = new TreeMap<>();
    for (Operation operation : Samples.CATALOG.operations()) {
      AnswerKind answer = operation.answer();
      boolean items =
          answer == AnswerKind.LIST || answer == AnswerKind.SINGLE || answer == AnswerKind.COUNT;
      if (operation.method() == HttpMethod.GET && items) {
        Schema schema = new TypedDecoder(Samples.CATALOG, operation, form).schema();
        schemas.put(operation.id() + "()", describe(schema, schemas));
      }
    }
    return schemas;
  }

  /** The short form of a type; what structs it has are described on lines of their own. */
  private static String describe(Schema schema, Map<String, String> schemas) {
    return switch (schema.type()) {
      case ARRAY -> "array<" + describe(schema.valueSchema(), schemas) + ">";
      case MAP -> "map<" + describe(schema.valueSchema(), schemas) + ">";
      case STRUCT -> {
        String name = schema.name().substring(SchemaNames.NAMESPACE.length());
        List<String> fields = new ArrayList<>();
        for (Field field : schema.fields()) {
          // An item has it and the same schema inside another has not.
          if (!field.name().equals(SchemaNames.EXTRA)) {
            fields.add(field.name() + ":" + describe(field.schema(), schemas));
          }
        }
        String described = String.join(" ", fields);
        assertThat(schemas.getOrDefault(name, described)).as(name).isEqualTo(described);
        schemas.put(name, described);
        yield name;
      }
      default ->
          schema.name() == null
              ? schema.type().getName()
              : schema.name().substring(schema.name().lastIndexOf('.') + 1);
    };
  }
}
