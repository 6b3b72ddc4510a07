package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A stream of bytes that is valid UTF-8: what is not valid in the stream below becomes U+FFFD. One
 * broken byte in one text of an item must not cost the rest of the list.
 */
final class ValidUtf8 extends InputStream {

  private static final int CHUNK = 8 * 1024;

  /** The least that room is made for. */
  private static final int LEAST = 512;

  /** Eight bytes at once, of which one that is not ASCII has its highest bit set. */
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private final InputStream in;
  private final MemoryBudget.Allotment memory;
  private byte[] chunk = new byte[0];

  /** How many bytes at the end of the chunk are of a character whose rest is still to be read. */
  private int begun;

  private int length;
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
    byte[] last = chunk;
    if (length == last.length && length < CHUNK) {
      chunk = new byte[length == 0 ? first() : CHUNK];
    }
    System.arraycopy(last, length - begun, chunk, 0, begun);
    int read = in.read(chunk, begun, chunk.length - begun);
    length = begun + Math.max(0, read);
    if (length == 0 && read < 0) {
      return false;
    }
    memory.takeValues(chunk, length);
    next = 0;
    begun = read < 0 ? 0 : unfinished();
    end = length - begun;
    ready = chunk;
    if (!isValid(end)) {
      ready = new String(chunk, 0, end, UTF_8).getBytes(UTF_8);
      end = ready.length;
    }
    return true;
  }

  /** Room for what waits to be read and its end: the answer to a write is one item, and short. */
  private int first() throws IOException {
    return Math.min(CHUNK, Math.max(LEAST, in.available() + 1));
  }

  private boolean isValid(int most) {
    int at = 0;
    while (at < most) {
      if (at + Long.BYTES <= most && ((long) EIGHT.get(chunk, at) & NOT_ASCII) == 0) {
        at += Long.BYTES;
      } else if (chunk[at] >= 0) {
        at++;
      } else {
        int size = size(at, most);
        if (size == 0) {
          return false;
        }
        at += size;
      }
    }
    return true;
  }

  /** How long the character is that begins there, beyond ASCII; 0 if none does (Unicode, 3-7). */
  private int size(int at, int most) {
    int first = chunk[at] & 0xff;
    int size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + size > most) {
      return 0;
    }
    int second = chunk[at + 1] & 0xff;
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int greatest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    boolean valid = second >= least && second <= greatest;
    for (int i = 2; i < size; i++) {
      valid &= (chunk[at + i] & 0xc0) == 0x80;
    }
    return valid ? size : 0;
  }

  /** How many of the last bytes may be the beginning of a character. */
  private int unfinished() {
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
