package io.psastream.connectwise.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.roaringbitmap.RoaringBitmap;

/** Bitmaps as text for offsets, in RoaringBitmap's portable format and base64. */
final class Bitmaps {

  private Bitmaps() {}

  static String encode(RoaringBitmap bitmap) {
    ByteBuffer bytes = ByteBuffer.allocate(bitmap.serializedSizeInBytes());
    bitmap.serialize(bytes);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when it is not one
   */
  static RoaringBitmap decode(String text) {
    RoaringBitmap bitmap = new RoaringBitmap();
    try {
      bitmap.deserialize(ByteBuffer.wrap(Base64.getDecoder().decode(text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a bitmap of ids in base64", e);
    }
    return bitmap;
  }
}
