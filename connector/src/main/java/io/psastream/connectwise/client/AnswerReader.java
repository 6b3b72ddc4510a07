package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/**
 * Reads the body of an answer: a 2xx as a stream of items, anything else as far as its message
 * needs. The text of a page is never held, only what the decoder makes of it.
 */
final class AnswerReader {

  private final long maxBytes;

  AnswerReader(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Reads a 2xx.
   *
   * @throws IOException when the connection fails meanwhile
   * @throws ApiException when the answer is whole but cannot be used
   */
  <T> Answer<T> read(String call, Response response, ItemDecoder<T> decoder) throws IOException {
    List<T> items = new ArrayList<>();
    boolean blank;
    try (BufferedSource body = Okio.buffer(new Bounded(response.body().source(), maxBytes))) {
      blank = atEnd(body);
      if (!blank) {
        checkType(call, response, body);
        blank = !parse(body.inputStream(), decoder, items);
      }
    } catch (JsonEOFException e) {
      throw new ApiException(
          failure(Kind.UNAVAILABLE, call, response, "The answer broke off in the middle"));
    } catch (JsonProcessingException e) {
      // Jackson's own message may quote a record, so neither it nor the cause goes further.
      String place = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
      throw new ApiException(
          failure(
              Kind.MISROUTED,
              call,
              response,
              "The answer is not the JSON that was expected"
                  + place
                  + " ("
                  + e.getClass().getSimpleName()
                  + ")"));
    } catch (TooLarge e) {
      throw new ApiException(
          failure(Kind.REJECTED, call, response, "The answer is larger than " + maxBytes + " bytes")
              .withHint("Raise http.response.max.bytes or lower page.size"),
          e);
    }
    return new Answer<>(
        response.code(),
        List.copyOf(items),
        blank,
        Optional.ofNullable(response.header("Link")),
        Failures.requestId(response.headers()));
  }

  /** Reads as much of an error as its message needs, and never fails. */
  static ErrorBody readError(Response response) {
    String text;
    try {
      text = response.peekBody(ErrorBody.READ_LIMIT).string();
    } catch (IOException e) {
      text = ""; // the status alone must do
    }
    return ErrorBody.parse(text, isHtml(response.body().contentType()));
  }

  private static Failure failure(Kind kind, String call, Response response, String message) {
    return new Failure(
        kind,
        call,
        response.code(),
        Optional.empty(),
        Optional.of(message),
        List.of(),
        Failures.requestId(response.headers()),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether nothing but white space is left (P7); skips the white space. */
  private static boolean atEnd(BufferedSource body) throws IOException {
    while (!body.exhausted()) {
      if (body.getBuffer().getByte(0) > ' ' || body.getBuffer().getByte(0) < 0) {
        return false;
      }
      body.skip(1);
    }
    return true;
  }

  private static void checkType(String call, Response response, BufferedSource body)
      throws IOException {
    MediaType type = response.body().contentType();
    boolean json =
        type == null
            ? body.getBuffer().getByte(0) != '<'
            : type.subtype().toLowerCase(Locale.ROOT).matches("json|.+\\+json");
    if (!json) {
      String start = body.peek().readUtf8(Math.min(ErrorBody.READ_LIMIT, buffered(body)));
      String message = ErrorBody.parse(start, isHtml(type)).message().orElse("");
      throw new ApiException(
          failure(
                  Kind.MISROUTED,
                  call,
                  response,
                  (type == null ? "HTML" : type.type() + "/" + type.subtype())
                      + " instead of JSON: "
                      + message)
              .withHint(Failures.CHECK_URL));
    }
  }

  private static long buffered(BufferedSource body) throws IOException {
    body.request(ErrorBody.READ_LIMIT);
    return body.getBuffer().size();
  }

  private static boolean isHtml(MediaType type) {
    return type != null && type.subtype().toLowerCase(Locale.ROOT).contains("html");
  }

  /** Whether there was a value other than {@code null} (P5 shows that the API answers that too). */
  private static <T> boolean parse(InputStream body, ItemDecoder<T> decoder, List<T> items)
      throws IOException {
    try (JsonParser parser = Json.MAPPER.getFactory().createParser(body)) {
      boolean blank = false;
      switch (parser.nextToken()) {
        case START_ARRAY -> {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NULL) {
              items.add(decoder.decode(parser));
            }
          }
        }
        case VALUE_NULL -> blank = true;
        default -> items.add(decoder.decode(parser));
      }
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "more than one value");
      }
      return !blank;
    }
  }

  /** Passes on so many bytes (after decompression) and then fails. */
  private static final class Bounded extends ForwardingSource {

    private long left;

    Bounded(Source source, long bytes) {
      super(source);
      this.left = bytes;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long read = super.read(sink, byteCount);
      left -= Math.max(0, read);
      if (left < 0) {
        throw new TooLarge();
      }
      return read;
    }
  }

  private static final class TooLarge extends IOException {

    private static final long serialVersionUID = 1L;
  }
}
