package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;

/**
 * A stream of bytes that is valid UTF-8: what is not valid in the stream below becomes U+FFFD. One
 * broken byte in one text of an item must not cost the rest of the list.
 */
final class ValidUtf8 extends InputStream {

  private static final int CHUNK = 8 * 1024;

  private final InputStream in;
  private final MemoryBudget.Allotment memory;
  private final byte[] chunk = new byte[CHUNK];

  /** How many bytes at the start of the chunk are of a character whose rest is still to be read. */
  private int begun;

  private byte[] ready = chunk;
  private int next;
  private int end;

  /**
   * @param memory takes what the values in the text need
   */
  ValidUtf8(InputStream in, MemoryBudget.Allotment memory) {
    this.in = in;
    this.memory = memory;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    while (next == end) {
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(most, end - next);
    System.arraycopy(ready, next, into, offset, count);
    next += count;
    return count;
  }

  private boolean fill() throws IOException {
    int read = in.read(chunk, begun, CHUNK - begun);
    int length = begun + Math.max(0, read);
    if (length == 0 && read < 0) {
      return false;
    }
    memory.takeValues(chunk, length);
    next = 0;
    begun = 0;
    if (isAscii(length)) {
      ready = chunk;
      end = length;
      return true;
    }
    begun = read < 0 ? 0 : unfinished(length);
    ready = new String(chunk, 0, length - begun, UTF_8).getBytes(UTF_8);
    end = ready.length;
    System.arraycopy(chunk, length - begun, chunk, 0, begun);
    return true;
  }

  private boolean isAscii(int length) {
    for (int i = 0; i < length; i++) {
      if (chunk[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** How many of the last bytes may be the beginning of a character. */
  private int unfinished(int length) {
    for (int back = 1; back <= Math.min(3, length); back++) {
      int b = chunk[length - back] & 0xff;
      if (b < 0x80 || b >= 0xc0) {
        int size = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : b >= 0xc0 ? 2 : 1;
        return size > back ? back : 0;
      }
    }
    return 0;
  }
}
