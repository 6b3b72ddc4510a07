package io.psastream.connectwise.simulator.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads requests off a connection, with limits on all that a peer can make long. */
final class RequestReader {

  /** A request that cannot be understood; the connection is of no more use. */
  static final class MalformedRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedRequestException(String message) {
      super(message);
    }
  }

  private static final int LONGEST_LINE = 256 * 1024;
  private static final int MOST_HEADERS = 200;
  private static final int LARGEST_BODY = 64 * 1024 * 1024;

  private final InputStream in;
  private final OutputStream out;

  RequestReader(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** The next request; empty when the peer closed the connection between two. */
  Optional<Request> next() throws IOException {
    String line = line(true);
    if (line == null) {
      return Optional.empty();
    }
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.") || !parts[1].startsWith("/")) {
      throw new MalformedRequestException("request line");
    }
    Headers headers = headers();
    return Optional.of(Request.of(parts[0], parts[1], headers, body(headers)));
  }

  private Headers headers() throws IOException {
    Map<String, String> fields = new HashMap<>();
    for (String line = line(false); !line.isEmpty(); line = line(false)) {
      int colon = line.indexOf(':');
      if (colon <= 0 || fields.size() == MOST_HEADERS) {
        throw new MalformedRequestException("header");
      }
      fields.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
    return new Headers(fields);
  }

  private byte[] body(Headers headers) throws IOException {
    if (headers.get("Expect").filter(value -> value.equalsIgnoreCase("100-continue")).isPresent()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII));
      out.flush();
    }
    boolean chunked =
        headers
            .get("Transfer-Encoding")
            .filter(value -> value.toLowerCase(Locale.ROOT).contains("chunked"))
            .isPresent();
    return chunked ? chunks() : exactly(number(headers.get("Content-Length").orElse("0"), 10));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int length = number(line(false).split(";", -1)[0].strip(), 16);
      if (length == 0) {
        while (!line(false).isEmpty()) {
          // Trailers say nothing to us.
        }
        return body.toByteArray();
      }
      if (body.size() + length > LARGEST_BODY) {
        throw new MalformedRequestException("body length");
      }
      body.write(exactly(length));
      line(false);
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static int number(String text, int radix) throws IOException {
    try {
      int number = Integer.parseInt(text, radix);
      if (number >= 0 && number <= LARGEST_BODY) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the refusal.
    }
    throw new MalformedRequestException("length");
  }

  /** A line without its end; null at the end of the stream where that is allowed. */
  private String line(boolean mayEnd) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 && line.size() == 0 && mayEnd) {
        return null;
      }
      if (c < 0) {
        throw new EOFException();
      }
      if (line.size() == LONGEST_LINE) {
        throw new MalformedRequestException("line length");
      }
      line.write(c);
    }
    String text = line.toString(ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
