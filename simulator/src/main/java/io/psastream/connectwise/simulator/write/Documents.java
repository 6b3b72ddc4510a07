package io.psastream.connectwise.simulator.write;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.RefusedException;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.store.Store.StoredFile;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Uploads: {@code multipart/form-data} only, JSON is a 415 (docs/connectwise-api.md section 7). */
public final class Documents {

  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
  private static final Pattern NAME = Pattern.compile("(?i)[ ;]name=\"([^\"]*)\"");
  private static final Pattern FILE_NAME = Pattern.compile("(?i)filename=\"([^\"]*)\"");

  private final Store store;
  private final Writes writes;

  public Documents(Store store, Writes writes) {
    this.store = store;
    this.writes = writes;
  }

  /** Creates the document and keeps its file for the download. */
  public Response upload(ApiCall call) {
    String type = call.request().header("Content-Type").orElse("");
    Matcher boundary = BOUNDARY.matcher(type);
    if (!type.startsWith("multipart/form-data") || !boundary.find()) {
      throw new RefusedException(Response.of(415));
    }
    ObjectNode document = Json.object();
    byte[] content = new byte[0];
    // One character per byte, so that what is cut out of the text is what was sent.
    String body = new String(call.request().body(), ISO_8859_1);
    for (String part : body.split(Pattern.quote("--" + boundary.group(1)), -1)) {
      int end = part.indexOf("\r\n\r\n");
      Matcher name = NAME.matcher(part);
      if (end > 0 && name.find() && name.start() < end) {
        byte[] value = part.substring(end + 4, part.length() - 2).getBytes(ISO_8859_1);
        Matcher file = FILE_NAME.matcher(part.substring(0, end));
        if (file.find()) {
          content = value;
          document.put("fileName", file.group(1));
        } else {
          document.put(name.group(1), new String(value, UTF_8));
        }
      }
    }
    return created(call, document, content);
  }

  private Response created(ApiCall call, ObjectNode document, byte[] content) {
    ObjectNode shown = Json.object();
    call.shape().fields().stream()
        .filter(field -> field.type().equals("string") && document.has(field.name()))
        .forEach(field -> shown.set(field.name(), document.get(field.name())));
    StoredItem item = writes.create(call, shown.put("size", content.length));
    String name = document.path("fileName").asText("document");
    store.file(
        "/system/documents/" + item.id() + "/download",
        new StoredFile(name, "application/octet-stream", content));
    return Response.json(201, Body.of(item.json()));
  }
}
