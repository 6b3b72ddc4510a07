package io.psastream.connectwise.simulator.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** The body of a response: it knows its length and writes itself. */
public interface Body {

  Body EMPTY = of(new byte[0]);

  long length();

  void writeTo(OutputStream out) throws IOException;

  static Body of(byte[] bytes) {
    return new Body() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
      }
    };
  }

  static Body of(String text) {
    return of(text.getBytes(UTF_8));
  }

  /** The whole body in memory. */
  default byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) length());
    try {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
