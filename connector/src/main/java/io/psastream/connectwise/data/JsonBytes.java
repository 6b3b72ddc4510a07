package io.psastream.connectwise.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A buffer with a part of some JSON, and a place in it that moves over tokens (RFC 8259). What
 * moves it returns whether the token is there and valid; if not, the place is where that shows, or
 * the end of the buffer if there may be more of the token behind it.
 */
final class JsonBytes {

  private static final int SIZE = 128 * 1024;

  /** Of a name or a number: far less than a parser takes. */
  private static final int LONGEST = 100;

  /** So many characters of a whole number are a long, whatever they are. */
  private static final int SURELY_LONG = 18;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';

  private final InputStream in;

  /** Behind the last byte is a NUL, which is part of no token, so that all of them end there. */
  private final byte[] text = new byte[SIZE];

  private int end;
  private boolean ended;
  private int at;
  private int mark;

  /** How many bytes of the text were before those in the buffer. */
  private long dropped;

  private boolean escaped;

  /**
   * @param in valid UTF-8
   */
  JsonBytes(InputStream in) {
    this.in = in;
  }

  /** Makes this place the one to return to; what is before it may be forgotten. */
  void mark() {
    mark = at;
  }

  /** Returns to the mark. */
  void reset() {
    at = mark;
  }

  /** How many bytes of the text are before the mark. */
  long passed() {
    return dropped + mark;
  }

  /** What follows the mark. */
  InputStream rest() {
    return new SequenceInputStream(new ByteArrayInputStream(text, mark, end - mark), in);
  }

  /**
   * Reads as much as there is room for behind the mark; afterwards only the mark is a place.
   *
   * @return false if nothing has changed by that: there is no room, or no more text
   */
  boolean fill() throws IOException {
    int most = SIZE - Long.BYTES;
    if (ended || end - mark == most) {
      return false;
    }
    System.arraycopy(text, mark, text, 0, end - mark);
    dropped += mark;
    end -= mark;
    mark = 0;
    while (end < most && !ended) {
      int read = in.read(text, end, most - end);
      ended = read < 0;
      end += Math.max(0, read);
    }
    text[end] = 0;
    return true;
  }

  /** Whether the place is before the end of the buffer. */
  boolean inside() {
    return at < end;
  }

  /** Whether nothing follows but white space, to the end of the text. */
  boolean atEnd() {
    return token() == 0 && ended && at == end;
  }

  /** Goes over white space, and returns the byte that follows; NUL at the end of the buffer. */
  byte token() {
    byte next = text[at];
    return next > ' ' ? next : tokenBehindSpace();
  }

  private byte tokenBehindSpace() {
    while (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t') {
      at++;
    }
    return text[at];
  }

  /** Goes over white space, and returns the place. */
  int tokenPlace() {
    token();
    return at;
  }

  /** A token of one character, with the white space before it. */
  boolean take(char token) {
    if (token() != token) {
      return false;
    }
    at++;
    return true;
  }

  private boolean skip(char each) {
    if (text[at] != each) {
      return false;
    }
    at++;
    return true;
  }

  /** What is between a place and this one. */
  byte[] since(int from) {
    return Arrays.copyOfRange(text, from, at);
  }

  /** The text of the string that begins at a place and ends at this one, without escapes. */
  String stringSince(int from) {
    return new String(text, from + 1, at - from - 2, UTF_8);
  }

  /** The whole number that begins at a place and ends at this one; empty where there is none. */
  OptionalLong wholeSince(int from) {
    int digits = from;
    while (digits < at && (text[digits] == '-' || isDigit(text[digits]))) {
      digits++;
    }
    return digits < at || at - from > SURELY_LONG
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(new String(text, from, at - from, UTF_8)));
  }

  /** Whether the name that begins at a place is this one. */
  boolean isName(String name, int from) {
    int same = 0;
    while (same < name.length() && text[from + 1 + same] == name.charAt(same)) {
      same++;
    }
    return same == name.length() && text[from + 1 + same] == '"';
  }

  /** A string without escapes that is not longer than names are. */
  boolean name() {
    int from = at;
    return string() && !escaped && at - from <= LONGEST;
  }

  /** Whether there was an escape in the last string. */
  boolean escaped() {
    return escaped;
  }

  /** Control characters may be in it as they are (P28), except NUL, which is left to a parser. */
  boolean string() {
    escaped = false;
    boolean valid = skip('"');
    while (valid) {
      at = stop(at);
      if (skip('"')) {
        return true;
      }
      valid = skip('\\') && escape();
    }
    return false;
  }

  /** The first quote, backslash or NUL from a place on. */
  private int stop(int from) {
    int place = from;
    while (true) {
      long eight = (long) EIGHT.get(text, place);
      long stops = zeros(eight ^ QUOTES) | zeros(eight ^ BACKSLASHES) | zeros(eight);
      if (stops != 0) {
        return place + Long.numberOfTrailingZeros(stops) / Byte.SIZE;
      }
      place += Long.BYTES;
    }
  }

  /** Has the highest bit of the first byte that is 0 set, none before it, and any behind it. */
  private static long zeros(long eight) {
    return (eight - ONES) & ~eight & (ONES << 7);
  }

  private boolean escape() {
    escaped = true;
    if (!skip('u')) {
      boolean known = "\"\\/bfnrt".indexOf(text[at]) >= 0;
      at += known ? 1 : 0;
      return known;
    }
    int digits = 0;
    while (digits < 4 && Character.digit(text[at], 16) >= 0) {
      at++;
      digits++;
    }
    return digits == 4;
  }

  boolean number() {
    int from = at;
    skip('-');
    boolean valid = skip('0') || digits();
    if (valid && skip('.')) {
      valid = digits();
    }
    if (valid && (skip('e') || skip('E'))) {
      if (!skip('-')) {
        skip('+');
      }
      valid = digits();
    }
    return valid && at - from <= LONGEST;
  }

  private boolean digits() {
    int from = at;
    while (isDigit(text[at])) {
      at++;
    }
    return at > from;
  }

  private static boolean isDigit(byte each) {
    return each >= '0' && each <= '9';
  }

  boolean word(String word) {
    int same = 0;
    while (same < word.length() && skip(word.charAt(same))) {
      same++;
    }
    return same == word.length();
  }
}
