package io.psastream.connectwise.source.offset;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.roaringbitmap.RoaringBitmap;

/**
 * Bitmaps as text for offsets: RoaringBitmap's portable format, deflated, in base64. Deflating more
 * than halves the size of bitmaps that are neither dense nor very sparse.
 */
public final class Bitmaps {

  private Bitmaps() {}

  public static String encode(RoaringBitmap bitmap) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      bitmap.serialize(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when the text is no bitmap
   */
  public static RoaringBitmap decode(String text) {
    RoaringBitmap bitmap = new RoaringBitmap();
    try (DataInputStream in =
        new DataInputStream(
            new InflaterInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text))))) {
      bitmap.deserialize(in);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("not a bitmap of ids", e);
    }
    return bitmap;
  }
}
