package io.psastream.connectwise.source.offset;

import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * What was sent: a set from before the current window, and a log of what the window adds. The log
 * only grows at its end, so that the state after any item can be kept for the price of a number and
 * be turned into an offset later, when Connect commits it; that may happen on another thread.
 */
public final class SentVersions {

  private final VersionSet before;
  private long[] ids = new long[64];
  private long[] seconds = new long[64];
  private long[] fingerprints = new long[64];
  private int size;

  public SentVersions(VersionSet before) {
    this.before = before;
  }

  /**
   * Whether this version was sent before this window. The fingerprint is asked for only where the
   * timestamp alone does not tell.
   */
  public boolean contains(long id, Instant second, Supplier<Long> fingerprint) {
    long epochSecond = second.getEpochSecond();
    return before.contains(id, epochSecond)
        || (before.hasUnsettled(id, epochSecond)
            && before.containsUnsettled(id, epochSecond, fingerprint.get()));
  }

  /** Remembers a version of a second that is over; no fingerprint is 0. */
  public void add(long id, Instant second) {
    append(id, second, 0);
  }

  /** Remembers a version of a second that may bring another one. */
  public void addUnsettled(long id, Instant second, long fingerprint) {
    append(id, second, fingerprint == 0 ? 1 : fingerprint);
  }

  private void append(long id, Instant second, long fingerprint) {
    if (size == ids.length) {
      // Copies: marks taken before go on reading the old arrays.
      ids = Arrays.copyOf(ids, size * 2);
      seconds = Arrays.copyOf(seconds, size * 2);
      fingerprints = Arrays.copyOf(fingerprints, size * 2);
    }
    ids[size] = id;
    seconds[size] = second.getEpochSecond();
    fingerprints[size] = fingerprint;
    size++;
  }

  /** The state now; what is added later is not in it. */
  public Mark mark() {
    return new Mark(before, ids, seconds, fingerprints, size);
  }

  /** A state of the past. */
  public static final class Mark {
    private final VersionSet before;
    private final long[] ids;
    private final long[] seconds;
    private final long[] fingerprints;
    private final int size;

    private Mark(VersionSet before, long[] ids, long[] seconds, long[] fingerprints, int size) {
      this.before = before;
      this.ids = ids;
      this.seconds = seconds;
      this.fingerprints = fingerprints;
      this.size = size;
    }

    /** The versions of this state that are newer than a second. */
    public VersionSet versions(Instant after) {
      VersionSet versions = before.after(after);
      for (int i = 0; i < size; i++) {
        if (seconds[i] <= after.getEpochSecond()) {
          continue;
        }
        if (fingerprints[i] == 0) {
          versions.add(ids[i], seconds[i]);
        } else {
          versions.addUnsettled(ids[i], seconds[i], fingerprints[i]);
        }
      }
      return versions;
    }
  }
}
