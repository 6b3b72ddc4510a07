package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psastream.connectwise.data.JsonTextDecoder;
import io.psastream.connectwise.data.LastUpdated;
import io.psastream.connectwise.data.typed.TypedDecoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Okio;

/** Bodies of answers that nobody sent. */
public final class Bodies {

  private Bodies() {}

  /** The items that a decoder makes of a JSON text. */
  public static <T> List<T> decode(ItemDecoder<T> decoder, String json) throws IOException {
    return decode(decoder, new ByteArrayInputStream(json.getBytes(UTF_8)));
  }

  /** The items that a decoder makes of bytes as they come. */
  public static <T> List<T> decode(ItemDecoder<T> decoder, InputStream json) throws IOException {
    List<T> items = new ArrayList<>();
    decode(decoder, json, items::add);
    return items;
  }

  /** The Structs that are made of the items of a JSON text. */
  public static List<Item> structs(TypedDecoder typed, String json) throws IOException {
    return structs(typed, new ByteArrayInputStream(json.getBytes(UTF_8)));
  }

  /** The Structs that are made of the items in bytes as they come. */
  public static List<Item> structs(TypedDecoder typed, InputStream json) throws IOException {
    return typed.structs(decode(new JsonTextDecoder(new LastUpdated()), json));
  }

  /** The same one by one, whatever becomes of the others; returns whether there was a value. */
  public static <T> boolean decode(
      ItemDecoder<T> decoder, InputStream json, Consumer<? super T> items) throws IOException {
    Response response =
        new Response.Builder()
            .request(new Request.Builder().url("http://127.0.0.1/").build())
            .protocol(Protocol.HTTP_1_1)
            .code(200)
            .message("OK")
            .body(ResponseBody.create("", MediaType.get("application/json")))
            .build();
    return decoder.decode(
        new AnswerBody(Map.of(), response, Okio.buffer(Okio.source(json)), Calls.memory()), items);
  }
}
