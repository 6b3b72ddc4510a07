package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A parser of UTF-8 JSON that can also return the raw text of a value, byte for byte. It records
 * the bytes that the parser has read since the start of the value, so that at most one value is in
 * memory.
 */
public final class SlicingParser implements Closeable {

  private final Recorder recorder;
  private final JsonParser parser;
  private long from;

  /**
   * @param in the JSON, from its first byte
   */
  public SlicingParser(InputStream in) throws IOException {
    recorder = new Recorder(in);
    parser = Json.MAPPER.getFactory().createParser(recorder);
  }

  public JsonParser parser() {
    return parser;
  }

  /** Starts recording a value; the parser is at its first token. */
  public void begin() throws IOException {
    from = parser.currentTokenLocation().getByteOffset();
    if (from < 0) {
      throw new JsonParseException(parser, "not UTF-8");
    }
    recorder.keep(from);
  }

  /** The text of the recorded value, in UTF-8; the parser is at its last token. */
  public byte[] end() throws IOException {
    parser.finishToken(); // a string is parsed lazily, only its opening quote was read
    long to = parser.currentLocation().getByteOffset();
    // The parser reads one character beyond a number to find its end.
    byte[] text = recorder.text(from, to, parser.currentToken().isNumeric());
    recorder.release();
    return text;
  }

  /** Skips a value and returns its text. */
  public String text() throws IOException {
    begin();
    parser.skipChildren();
    return new String(end(), UTF_8);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }

  /** Records what the parser reads: from the start of a value on, else only the latest bytes. */
  private static final class Recorder extends InputStream {

    private static final int INITIAL = 64 * 1024;

    /** While no value is recorded, so many bytes are kept: the next value may start in them. */
    private static final int IDLE = 16 * 1024;

    private static final long NONE = -1;

    private final InputStream in;
    private byte[] kept = new byte[INITIAL];
    private int length;

    /** The offset of the first kept byte in the whole text. */
    private long start;

    private long keepFrom = NONE;

    Recorder(InputStream in) {
      this.in = in;
    }

    void keep(long place) {
      keepFrom = place;
    }

    void release() {
      keepFrom = NONE;
    }

    byte[] text(long first, long end, boolean strip) {
      int to = (int) (end - start);
      while (strip && kept[to - 1] <= ' ') {
        to--;
      }
      return Arrays.copyOfRange(kept, (int) (first - start), to);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
      int read = in.read(into, offset, most);
      if (read > 0) {
        makeRoom(read);
        System.arraycopy(into, offset, kept, length, read);
        length += read;
      }
      return read;
    }

    private void makeRoom(int more) {
      if (length + more <= kept.length) {
        return;
      }
      long needed = keepFrom == NONE ? Math.max(start, start + length - IDLE) : keepFrom;
      int dropped = (int) (needed - start);
      int left = length - dropped;
      byte[] room =
          left + more <= kept.length / 2 || left + more <= INITIAL
              ? kept
              : Arrays.copyOf(kept, Math.max(kept.length, 2 * (left + more)));
      System.arraycopy(kept, dropped, room, 0, left);
      kept = room;
      length = left;
      start = needed;
    }
  }
}
