package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.client.ClientSettings.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * Makes the HTTP request of a call: the headers of the connection and of the call, and the body.
 */
final class Requests {

  private static final MediaType JSON = MediaType.get("application/json; charset=utf-8"); // P14

  private final Headers headers;

  Requests(ClientSettings settings) {
    this.headers = headers(settings);
  }

  private static Headers headers(ClientSettings settings) {
    Credentials credentials = settings.credentials();
    String clientId = credentials.clientId().strip();
    if (!clientId.matches("[!-~]*")) {
      throw new IllegalArgumentException("connectwise.client.id must be a GUID.");
    }
    return new Headers.Builder()
        .add(
            "Authorization",
            basic(credentials.company() + "+" + credentials.publicKey(), credentials.privateKey()))
        .add("clientId", clientId)
        .add("Accept", accept(settings.apiVersion()))
        .add("User-Agent", "kafka-connect-connectwise/" + Version.CURRENT)
        .build();
  }

  private static String accept(Optional<String> version) {
    return version
        .map(it -> "application/vnd.connectwise.com+json; version=" + it + ", application/json")
        .orElse("application/json");
  }

  static String basic(String user, String password) {
    return okhttp3.Credentials.basic(user, password, StandardCharsets.UTF_8);
  }

  Request.Builder of(Call call, HttpUrl url) {
    Request.Builder request =
        withCredentials(url).method(call.operation().method().name(), body(call));
    if (!answersJson(call)) {
      request.header("Accept", headers.get("Accept") + ", */*");
    }
    call.headers().forEach(request::header);
    return request;
  }

  /** A file or a page has a type of its own, and errors are JSON all the same. */
  private static boolean answersJson(Call call) {
    return switch (call.operation().answer()) {
      case LIST, REPORT, SINGLE, COUNT, BLANK -> true;
      case BINARY, HTML -> false;
    };
  }

  /** The request of a public URL. */
  Request.Builder withoutCredentials(HttpUrl url) {
    return withCredentials(url).removeHeader("Authorization").removeHeader("clientId");
  }

  /** The request of a URL of the site beside the API. */
  Request.Builder withCredentials(HttpUrl url) {
    return new Request.Builder().url(url).headers(headers);
  }

  private static RequestBody body(Call call) {
    if (call.operation().body() == BodyKind.MULTIPART) {
      return new OneShot(Upload.body(call.body().orElseThrow()));
    }
    byte[] bytes =
        switch (call.operation().method()) {
          case GET -> null;
          case DELETE -> call.body().map(Requests::bytes).orElse(null);
          case POST, PUT, PATCH -> call.body().map(Requests::bytes).orElse(new byte[0]);
        };
    return bytes == null
        ? null
        : new OneShot(RequestBody.create(bytes, bytes.length == 0 ? null : JSON));
  }

  private static byte[] bytes(JsonNode body) {
    try {
      return Json.MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A body that OkHttp never sends a second time by itself (P35). */
  private static final class OneShot extends RequestBody {

    private final RequestBody body;

    OneShot(RequestBody body) {
      this.body = body;
    }

    @Override
    public MediaType contentType() {
      return body.contentType();
    }

    @Override
    public long contentLength() throws IOException {
      return body.contentLength();
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      body.writeTo(sink);
    }
  }
}
