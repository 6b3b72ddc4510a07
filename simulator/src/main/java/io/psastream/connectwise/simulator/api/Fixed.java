package io.psastream.connectwise.simulator.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.store.Store.StoredFile;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Answers of operations that have no collection behind them: small, and of the kind the catalogue
 * declares.
 */
final class Fixed {

  private static final byte[] PIXEL =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
                  + "rkJggg==");

  private static final String SAMPLE_PAGE = "<html><body><form></form></body></html>";
  private static final int PAGE_SIZE = 25;

  /** The reports that show something, and what. */
  private static final Map<String, String> REPORTS =
      Map.of(
          "service", "/service/tickets",
          "timeentry", "/time/entries",
          "company", "/company/companies");

  private final Store store;
  private final String version;

  Fixed(Store store, String version) {
    this.store = store;
    this.version = version;
  }

  Response answer(ApiCall call) {
    AnswerKind kind = call.route().operation().answer();
    return switch (kind) {
      case BINARY -> binary(call);
      case HTML -> Response.of(200, "text/html", Body.of(SAMPLE_PAGE));
      case REPORT -> report(call);
      case BLANK -> Response.of(204);
      case LIST -> Response.json(200, "[]");
      case COUNT -> Response.json(200, "{\"count\":0}");
      case SINGLE -> Response.json(200, Body.of(Json.bytes(single(call))));
    };
  }

  private ObjectNode single(ApiCall call) {
    return switch (call.route().operation().item().orElse("")) {
      case "Info" ->
          Json.object()
              .put("version", "v" + version + ".0")
              .put("isCloud", true)
              .put("serverTimeZone", "Eastern Standard Time")
              .put("cloudRegion", "NA");
      case "SuccessResponse" -> Json.object().put("success", true).put("message", "");
      case "BundleResultsCollection" -> bundle();
      default -> sample(call);
    };
  }

  private static ObjectNode bundle() {
    ObjectNode result = Json.object();
    result.putArray("results");
    return result;
  }

  /** An object with the path's id and false flags, where its schema has such. */
  private static ObjectNode sample(ApiCall call) {
    ObjectNode sample = Json.object();
    for (ItemSchema.Field field : call.shape().fields()) {
      if (field.name().equals("id")) {
        sample.put("id", id(call));
      } else if (field.required() && field.type().equals("string")) {
        sample.put(field.name(), field.name());
      } else if (field.type().equals("boolean")) {
        sample.put(field.name(), false);
      } else if (field.name().equals("_info")) {
        sample.putObject("_info");
      }
    }
    return sample;
  }

  private static long id(ApiCall call) {
    String id = call.values().getOrDefault("id", "");
    return id.matches("\\d{1,18}") ? Long.parseLong(id) : 1;
  }

  private Response binary(ApiCall call) {
    StoredFile file =
        store.file(call.request().apiPath()).orElseGet(() -> file(call.request().apiPath()));
    return Response.of(200, file.contentType(), Body.of(file.content()))
        .with("Content-Disposition", "attachment; filename=\"" + file.name() + "\"");
  }

  private static StoredFile file(String path) {
    if (path.endsWith("/pdf")) {
      byte[] pdf = "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".getBytes(US_ASCII);
      return new StoredFile("invoice.pdf", "application/pdf", pdf);
    }
    if (path.endsWith("/image") || path.endsWith("/thumbnail")) {
      return new StoredFile("image.png", "image/png", PIXEL);
    }
    byte[] content = {0, 1, 2, (byte) 0x80, (byte) 0xff, '\r', '\n'};
    return new StoredFile("file.bin", "application/octet-stream", content);
  }

  /** A report: columns and a page of rows (docs/connectwise-api.md section 5). */
  Response report(ApiCall call) {
    String name = call.last().toLowerCase(Locale.ROOT);
    List<String> columns =
        call.query("columns").isBlank()
            ? List.of("id", "summary", "name")
            : List.of(call.query("columns").split(","));
    ObjectNode report = Json.object();
    ArrayNode definitions = report.putArray("column_definitions");
    for (String column : columns) {
      definitions
          .addObject()
          .putObject(column)
          .put("type", column.equals("id") ? "Numeric" : "Text")
          .put("isNullable", !column.equals("id"));
    }
    ArrayNode rows = report.putArray("row_values");
    store
        .existing(REPORTS.getOrDefault(name, name))
        .ifPresent(items -> fill(rows, page(call, items.items()), columns));
    return Response.json(200, Body.of(Json.bytes(report)));
  }

  private static List<StoredItem> page(ApiCall call, Collection<StoredItem> items) {
    long size = number(call.query("pageSize"), PAGE_SIZE);
    long before = (number(call.query("page"), 1) - 1) * size;
    return items.stream().skip(before).limit(size).toList();
  }

  private static long number(String text, long otherwise) {
    return text.isBlank() ? otherwise : Long.parseLong(text);
  }

  private static void fill(ArrayNode rows, Iterable<StoredItem> items, List<String> columns) {
    for (StoredItem item : items) {
      ObjectNode tree = item.tree();
      ArrayNode row = rows.addArray();
      columns.forEach(
          column -> row.add(tree.path(column).isMissingNode() ? null : tree.get(column)));
    }
  }
}
