package io.psastream.connectwise.data.typed;

import static org.assertj.core.api.Assertions.assertThat;

import io.apicurio.registry.utils.converter.avro.AvroData;
import io.psastream.connectwise.catalog.ItemSchema.Field;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.data.typed.TypedForm.Flattened;
import io.psastream.connectwise.data.typed.TypedForm.FlattenedType;
import io.psastream.connectwise.data.typed.TypedForm.InfoFormat;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;

/**
 * The changes of a query's configuration that docs/data.md calls compatible: every list's schema
 * before reads the one after and the other way round, as a registry with BACKWARD asks for when the
 * change is made and when it is taken back.
 */
class SchemaChangesTest {

  private static final TypedForm WHOLE = form(Unknown.COLLECT, InfoFormat.MAP, "");

  private static TypedForm form(Unknown unknown, InfoFormat info, String fields) {
    return new TypedForm(
        unknown, true, info, List.of(), Optional.of(fields).filter(text -> !text.isEmpty()));
  }

  private static Schema avro(Operation list, TypedForm form) {
    var schema = new TypedDecoder(Samples.CATALOG, list, form).schema();
    return new Schema.Parser().parse(new AvroData(1).fromConnectSchema(schema).toString());
  }

  /** Some fields of the item, and of its references one or all but one. */
  private static String narrow(Operation list, boolean one) {
    List<String> paths = new ArrayList<>();
    List<Field> fields = Samples.CATALOG.schema(list.item().orElse("")).orElseThrow().fields();
    for (Field field : fields) {
      List<String> nested =
          Samples.CATALOG.schema(field.type()).stream()
              .flatMap(item -> item.fields().stream())
              .map(Field::name)
              .toList();
      if (nested.isEmpty()) {
        paths.add(field.name());
      } else {
        nested.subList(one ? 0 : 1, one ? 1 : nested.size()).stream()
            .map(name -> field.name() + "/" + name)
            .forEach(paths::add);
      }
    }
    return String.join(",", one ? paths.subList(0, (paths.size() + 1) / 2) : paths);
  }

  /** The forms of which each can become any other. */
  private static Map<String, TypedForm> forms(Operation list) {
    Map<String, TypedForm> forms = new LinkedHashMap<>();
    forms.put("whole", WHOLE);
    forms.put("fields", form(Unknown.COLLECT, InfoFormat.MAP, narrow(list, true)));
    forms.put("other fields", form(Unknown.COLLECT, InfoFormat.MAP, narrow(list, false)));
    forms.put("unknown.fields=drop", form(Unknown.DROP, InfoFormat.MAP, ""));
    forms.put("no maps", form(Unknown.DROP, InfoFormat.NONE, narrow(list, true)));
    forms.put(
        "captions",
        new TypedForm(
            Unknown.COLLECT,
            true,
            List.of(Flattened.of("Region", FlattenedType.NUMBER)),
            Optional.empty()));
    return forms;
  }

  @Test
  void everyChangeAndItsWayBackIsReadByWhoeverHasTheOtherSchema() {
    for (Operation list : lists()) {
      Map<String, Schema> schemas =
          forms(list).entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, each -> avro(list, each.getValue())));
      schemas.forEach(
          (before, writer) ->
              schemas.forEach(
                  (after, reader) ->
                      assertThat(
                              SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                                  .getType())
                          .as("%s from %s to %s", list.id(), before, after)
                          .isEqualTo(SchemaCompatibilityType.COMPATIBLE)));
    }
  }

  /** What docs/data.md says of it: not compatible, a topic of its own. */
  @Test
  void mapsThatBecomeTextAreAnotherType() {
    Operation list = Samples.CATALOG.operation("getServiceTickets");
    Schema maps = avro(list, WHOLE);
    Schema text = avro(list, form(Unknown.COLLECT, InfoFormat.JSON, ""));

    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(text, maps).getType())
        .isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
  }

  private static List<Operation> lists() {
    return Samples.CATALOG.operations().stream()
        .filter(each -> each.method() == HttpMethod.GET && each.answer() == AnswerKind.LIST)
        .filter(each -> each.item().flatMap(Samples.CATALOG::schema).isPresent())
        .toList();
  }
}
