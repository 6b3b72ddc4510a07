package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.util.Optional;
import java.util.Set;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.RequestBody;

/**
 * The body of a form with a file, as {@code multipart/form-data}, since the API answers JSON with
 * 415 (docs/connectwise-api.md section 7). Each field of the form is one part.
 */
public final class Upload {

  /** The field with the content, in bytes; a document may have a {@code url} instead. */
  public static final String FILE = "file";

  /** The field with the name of the file, which is sent with the file and not as a part. */
  static final String FILE_NAME = "fileName";

  /** The fields besides the file; one is spelled as the API spells it. */
  public static final Set<String> FIELDS =
      Set.of(
          "recordType",
          "recordId",
          "title",
          "url",
          "privateFlag",
          "readOnlyFlay",
          "isAvatar",
          FILE_NAME);

  private static final MediaType BYTES = MediaType.get("application/octet-stream");

  private Upload() {}

  static RequestBody body(JsonNode form) {
    MultipartBody.Builder parts = new MultipartBody.Builder().setType(MultipartBody.FORM);
    form.properties()
        .forEach(
            field -> {
              if (field.getKey().equals(FILE)) {
                parts.addFormDataPart(FILE, fileName(form), content(form));
              } else if (!field.getKey().equals(FILE_NAME)) {
                parts.addFormDataPart(field.getKey(), field.getValue().asText());
              }
            });
    return parts.build();
  }

  private static RequestBody content(JsonNode form) {
    MediaType type =
        Optional.ofNullable(URLConnection.guessContentTypeFromName(fileName(form)))
            .map(MediaType::parse)
            .orElse(BYTES);
    try {
      return RequestBody.create(form.get(FILE).binaryValue(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the form was made with bytes
    }
  }

  /** The name of the file without folders, else the title of the form. */
  private static String fileName(JsonNode form) {
    String name = form.path(FILE_NAME).asText(form.path("title").asText(FILE));
    String bare = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    return bare.isBlank() ? FILE : bare;
  }
}
