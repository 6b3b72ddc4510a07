package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.BufferedSource;
import okio.ByteString;

/**
 * The body of a successful answer, which can be read once, with its path parameters and headers.
 */
public final class AnswerBody {

  private static final int PAGE_START = 256;
  private static final Pattern JSON_TYPE =
      Pattern.compile("json|.+\\+json", Pattern.CASE_INSENSITIVE);
  private static final ByteString BOM = ByteString.decodeHex("efbbbf");

  private final Map<String, String> path;
  private final Optional<MediaType> type;
  private final String disposition;
  private final BufferedSource source;
  private final MemoryBudget.Allotment memory;

  /** Reads one value of a body; the parser is at its first token. */
  @FunctionalInterface
  public interface ValueReader {

    /** Leaves the parser at the last token of the value. */
    void read() throws IOException;
  }

  AnswerBody(
      Map<String, String> path,
      Response response,
      BufferedSource source,
      MemoryBudget.Allotment memory) {
    this.path = path;
    this.type = Optional.ofNullable(response.body().contentType());
    this.disposition = response.header("Content-Disposition");
    this.source = source;
    this.memory = memory;
  }

  /** The values of the path parameters of the call. */
  public Map<String, String> path() {
    return path;
  }

  /** Its {@code Content-Type}, without parameters. */
  public Optional<String> contentType() {
    return type.map(it -> it.type() + "/" + it.subtype());
  }

  /** The file name in its {@code Content-Disposition}, without any folder. */
  public Optional<String> fileName() {
    return FileName.of(disposition);
  }

  /** The whole body. */
  public byte[] bytes() throws IOException {
    return source.readByteArray();
  }

  /** The bytes of its JSON, which are valid UTF-8. */
  public InputStream utf8() {
    return new ValidUtf8(source.inputStream(), memory);
  }

  /** A parser of its JSON, before the first token. */
  public JsonParser parser() throws IOException {
    return Json.MAPPER.getFactory().createParser(utf8());
  }

  /** A parser of its JSON that can also return the raw text of a value. */
  public SlicingParser slices() throws IOException {
    return new SlicingParser(utf8());
  }

  /**
   * Reads the values of a body to its end: the elements of an array, or the only other value. A
   * {@code null} is not a value.
   *
   * @return whether there was anything but a {@code null} (P5 shows that the API answers that too)
   */
  public static boolean eachValue(JsonParser parser, ValueReader reader) throws IOException {
    boolean blank = false;
    switch (parser.nextToken()) {
      case START_ARRAY -> {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          if (parser.currentToken() != JsonToken.VALUE_NULL) {
            reader.read();
          }
        }
      }
      case VALUE_NULL -> blank = true;
      default -> reader.read();
    }
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "more than one value");
    }
    return !blank;
  }

  /**
   * Whether it is empty (P7); white space and a byte order mark count as empty in JSON but not in a
   * file, and are skipped.
   */
  boolean isBlank(ItemDecoder.Media media) throws IOException {
    if (media != ItemDecoder.Media.JSON) {
      return source.exhausted();
    }
    while (!source.exhausted()) {
      byte first = source.getBuffer().getByte(0);
      boolean mark = first < 0 && source.rangeEquals(0, BOM);
      if (!mark && (first > ' ' || first < 0)) {
        return false;
      }
      source.skip(mark ? BOM.size() : 1);
    }
    return true;
  }

  /** Whether the decoder can read it, judged by its content type and its first bytes. */
  boolean is(ItemDecoder.Media media) throws IOException {
    return switch (media) {
      case JSON -> isJson();
      case FILE -> fileName().isPresent() || !isPage();
      case PAGE -> true;
    };
  }

  /**
   * JSON under another name is recognized by its first byte, of which there is one, since it is not
   * blank; a page that is called JSON is not.
   */
  private boolean isJson() throws IOException {
    if (type.filter(it -> JSON_TYPE.matcher(it.subtype()).matches()).isPresent()) {
      return true;
    }
    byte start = source.getBuffer().getByte(0);
    return type.isPresent() ? start == '{' || start == '[' : start != '<';
  }

  /** The text of a JSON object that is short enough for an error; read ahead, not taken. */
  Optional<String> object() throws IOException {
    if (!source.request(1) || source.getBuffer().getByte(0) != '{') {
      return Optional.empty();
    }
    boolean longer = source.request(ErrorBody.READ_LIMIT + 1L);
    return longer ? Optional.empty() : Optional.of(source.getBuffer().snapshot().utf8());
  }

  private boolean isPage() throws IOException {
    if (type.isPresent()) {
      return isHtml(type.get());
    }
    source.request(PAGE_START);
    ByteString start = source.getBuffer().snapshot((int) Math.min(PAGE_START, buffered()));
    String text = start.utf8().stripLeading().toLowerCase(Locale.ROOT);
    return text.startsWith("<!doctype html") || text.startsWith("<html");
  }

  private long buffered() {
    return source.getBuffer().size();
  }

  static boolean isHtml(MediaType type) {
    return type != null && type.subtype().toLowerCase(Locale.ROOT).contains("html");
  }
}
