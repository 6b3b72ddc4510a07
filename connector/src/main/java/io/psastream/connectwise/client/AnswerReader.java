package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.ItemDecoder.Media;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/**
 * Reads the body of an answer: of a 2xx the items, as a stream, of an error as much as its message
 * needs. The text of a page is never in memory as a whole, only what the decoder makes of it.
 */
final class AnswerReader {

  private static final int TYPE_LIMIT = 100;
  private static final String RESPONSE = "Raise http.response.max.bytes";
  private static final String MEMORY =
      "Raise http.memory.max.bytes, with more memory for the worker (KAFKA_HEAP_OPTS),";

  private final long maxBytes;

  AnswerReader(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Reads a 2xx.
   *
   * @param path the values of the call's path parameters
   * @param list whether a list is due, where an object may be an error
   * @param bytes counts the body that comes out
   * @param memory what the answer may take
   * @throws IOException when the connection fails
   * @throws ApiException when the answer arrived but cannot be used
   */
  <T> Answer<T> read(
      String call,
      Map<String, String> path,
      boolean list,
      Response response,
      ItemDecoder<T> decoder,
      SocketBytes bytes,
      MemoryBudget.Allotment memory)
      throws IOException {
    List<T> items = new ArrayList<>();
    boolean blank;
    long size;
    try (Bounded bounded = bounded(response, bytes, memory);
        BufferedSource source = Okio.buffer(bounded)) {
      AnswerBody body = new AnswerBody(path, response, source, memory);
      blank = body.isBlank(decoder.media());
      if (!blank) {
        checkType(call, response, body, decoder.media());
        if (list) {
          checkNoError(call, response, body);
        }
        blank = !decoder.decode(body, items::add);
      }
      size = maxBytes - bounded.left;
    } catch (JsonEOFException e) {
      throw new ApiException(
          failure(
              Kind.UNAVAILABLE, call, response, "The answer ended before its JSON was complete"));
    } catch (JsonProcessingException | CharConversionException e) {
      // Jackson's own message may quote a record, so neither it nor the cause goes further.
      String place =
          e instanceof JsonProcessingException json && json.getLocation() != null
              ? " at byte " + json.getLocation().getByteOffset()
              : "";
      throw new ApiException(
          failure(
              Kind.MISROUTED,
              call,
              response,
              "The answer is not the expected JSON"
                  + place
                  + " ("
                  + e.getClass().getSimpleName()
                  + ")"));
    } catch (TooLarge e) {
      String message = "The answer is larger than " + maxBytes + " bytes";
      throw tooLarge(failure(Kind.TOO_LARGE, call, response, message), RESPONSE, decoder, e);
    } catch (MemoryBudget.Exceeded e) {
      throw tooLarge(failure(Kind.TOO_LARGE, call, response, e.getMessage()), MEMORY, decoder, e);
    }
    return new Answer<>(
        response.code(),
        Collections.unmodifiableList(items),
        blank,
        Optional.ofNullable(response.header("Link")),
        Failures.requestId(response.headers()),
        size,
        CallStats.NONE);
  }

  private static ApiException tooLarge(
      Failure failure, String remedy, ItemDecoder<?> decoder, IOException cause) {
    String smaller = decoder.media() == Media.JSON ? " or lower page.size" : "";
    return new ApiException(failure.withHint(remedy + smaller), cause);
  }

  /** An answer whose {@code Content-Length} is too large is not read at all. */
  private Bounded bounded(Response response, SocketBytes bytes, MemoryBudget.Allotment memory)
      throws IOException {
    if (response.body().contentLength() > maxBytes) {
      throw new TooLarge();
    }
    return new Bounded(response.body().source(), maxBytes, bytes, memory);
  }

  /** Reads as much of an error as its message needs, and never fails. */
  static ErrorBody readError(Response response) {
    String text;
    try {
      text = response.peekBody(ErrorBody.READ_LIMIT).string();
    } catch (IOException | RuntimeException e) {
      text = ""; // the status alone must do
    }
    return ErrorBody.parse(text, AnswerBody.isHtml(response.body().contentType()));
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

  private static void checkType(String call, Response response, AnswerBody body, Media media)
      throws IOException {
    if (!body.is(media)) {
      String message =
          "Received "
              + body.contentType().flatMap(type -> ErrorBody.line(type, TYPE_LIMIT)).orElse("HTML")
              + (media == Media.JSON ? " instead of JSON" : " instead of a file");
      throw new ApiException(
          failure(Kind.MISROUTED, call, response, message).withHint(Failures.CHECK_URL));
    }
  }

  private static void checkNoError(String call, Response response, AnswerBody body)
      throws IOException {
    Optional<ErrorBody> error = body.object().flatMap(ErrorBody::inPlaceOfList);
    if (error.isPresent()) {
      throw new ApiException(
          Failures.ofAnswer(call, response.code(), response.headers(), error.get()));
    }
  }

  /** Fails after so many bytes, counted after decompression. */
  private static final class Bounded extends ForwardingSource {

    private final SocketBytes bytes;
    private final MemoryBudget.Allotment memory;
    private long left;

    Bounded(Source source, long most, SocketBytes bytes, MemoryBudget.Allotment memory) {
      super(source);
      this.left = most;
      this.bytes = bytes;
      this.memory = memory;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long read;
      try {
        read = super.read(sink, byteCount);
      } catch (RuntimeException e) {
        throw Failures.brokenHttp(e);
      }
      bytes.decoded(Math.max(0, read));
      left -= Math.max(0, read);
      if (left < 0) {
        throw new TooLarge();
      }
      memory.take(Math.max(0, read));
      return read;
    }
  }

  private static final class TooLarge extends IOException {

    private static final long serialVersionUID = 1L;
  }
}
