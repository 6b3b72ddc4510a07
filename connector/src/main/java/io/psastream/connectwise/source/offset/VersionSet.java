package io.psastream.connectwise.source.offset;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * A set of versions of items, small enough for an offset: for each second the ids of the items that
 * were sent as of that second. A version of a second that was not over yet is <em>unsettled</em>
 * and has a fingerprint of its content, because another one may follow with the same timestamp. Not
 * changed once it is in use.
 */
public final class VersionSet {

  /**
   * The most bytes of the compact form before base64; beyond it the oldest seconds are left out,
   * and any second that is larger than that.
   */
  static final int LARGEST = 140_000;

  /** The bytes of the format and of two counts. */
  private static final int HEADER = 1 + 2 * Integer.BYTES;

  /** The bytes of an unsettled version. */
  private static final long UNSETTLED = 3L * Long.BYTES;

  private static final int FORMAT = 1;

  /** Ids are 32-bit integers in the specification; bitmaps hold them unsigned. */
  private static final long LARGEST_ID = 0xFFFF_FFFFL;

  private final NavigableMap<Long, RoaringBitmap> bySecond = new TreeMap<>();
  private final Map<Long, Unsettled> unsettled = new HashMap<>();

  private record Unsettled(long second, long fingerprint) {}

  /** Whether a bitmap can hold an id; others are remembered with a fingerprint only. */
  public static boolean takes(long id) {
    return id >= 0 && id <= LARGEST_ID;
  }

  void add(long id, long second) {
    if (takes(id)) {
      bySecond.computeIfAbsent(second, s -> new RoaringBitmap()).add((int) id);
      if (hasUnsettled(id, second)) {
        unsettled.remove(id);
      }
    }
  }

  void addUnsettled(long id, long second, long fingerprint) {
    unsettled.put(id, new Unsettled(second, fingerprint));
  }

  boolean contains(long id, long second) {
    RoaringBitmap ids = bySecond.get(second);
    return ids != null && takes(id) && ids.contains((int) id);
  }

  boolean hasUnsettled(long id, long second) {
    Unsettled version = unsettled.get(id);
    return version != null && version.second() == second;
  }

  boolean containsUnsettled(long id, long second, long fingerprint) {
    return hasUnsettled(id, second) && unsettled.get(id).fingerprint() == fingerprint;
  }

  /** A copy with only the versions after this second. */
  VersionSet after(Instant second) {
    VersionSet copy = new VersionSet();
    bySecond
        .tailMap(second.getEpochSecond(), false)
        .forEach((key, ids) -> copy.bySecond.put(key, ids.clone()));
    unsettled.forEach(
        (id, version) -> {
          if (version.second() > second.getEpochSecond()) {
            copy.unsettled.put(id, version);
          }
        });
    return copy;
  }

  boolean isEmpty() {
    return bySecond.isEmpty() && unsettled.isEmpty();
  }

  /** How many versions the compact form leaves out. */
  public long beyondBound() {
    Set<Long> fitting = fitting();
    long settled =
        bySecond.entrySet().stream()
            .filter(entry -> !fitting.contains(entry.getKey()))
            .mapToLong(entry -> entry.getValue().getLongCardinality())
            .sum();
    return settled
        + unsettled.values().stream()
            .filter(version -> !fitting.contains(version.second()))
            .count();
  }

  /** The seconds that the compact form has room for, the newest first. */
  private Set<Long> fitting() {
    NavigableMap<Long, Long> sizes = new TreeMap<>();
    bySecond.forEach(
        (second, ids) -> {
          ids.runOptimize();
          sizes.put(second, Long.BYTES + (long) ids.serializedSizeInBytes());
        });
    unsettled.values().forEach(version -> sizes.merge(version.second(), UNSETTLED, Long::sum));
    Set<Long> fitting = new HashSet<>();
    long room = LARGEST - HEADER;
    for (Map.Entry<Long, Long> second : sizes.descendingMap().entrySet()) {
      // One second that is too large leaves the room to the others.
      if (second.getValue() <= room) {
        room -= second.getValue();
        fitting.add(second.getKey());
      }
    }
    return fitting;
  }

  /** The compact form as base64; of too many versions only those of the newest seconds. */
  String encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, fitting());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private void write(DataOutputStream out, Set<Long> fitting) throws IOException {
    Map<Long, RoaringBitmap> seconds = new TreeMap<>(bySecond);
    seconds.keySet().retainAll(fitting);
    Map<Long, Unsettled> versions = new HashMap<>(unsettled);
    versions.values().removeIf(version -> !fitting.contains(version.second()));
    out.writeByte(FORMAT);
    out.writeInt(seconds.size());
    for (Map.Entry<Long, RoaringBitmap> entry : seconds.entrySet()) {
      out.writeLong(entry.getKey());
      entry.getValue().serialize(out);
    }
    out.writeInt(versions.size());
    for (Map.Entry<Long, Unsettled> entry : versions.entrySet()) {
      out.writeLong(entry.getKey());
      out.writeLong(entry.getValue().second());
      out.writeLong(entry.getValue().fingerprint());
    }
  }

  /**
   * Reads the compact form.
   *
   * @throws IllegalArgumentException when the text is none
   */
  static VersionSet decode(String text) {
    VersionSet versions = new VersionSet();
    byte[] bytes = Base64.getDecoder().decode(text);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != FORMAT) {
        throw new IllegalArgumentException("unknown format of the versions sent");
      }
      for (int left = in.readInt(); left > 0; left--) {
        long second = in.readLong();
        RoaringBitmap ids = new RoaringBitmap();
        ids.deserialize(in);
        versions.bySecond.put(second, ids);
      }
      for (int left = in.readInt(); left > 0; left--) {
        versions.addUnsettled(in.readLong(), in.readLong(), in.readLong());
      }
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("the versions sent are damaged", e);
    }
    return versions;
  }
}
