package io.psastream.connectwise.source.offset;

import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The versions that were sent: the set from before the current window, and a log of those that the
 * window adds. The log is append-only, so the state after any item is just a length ({@link Mark}),
 * which becomes an offset only if Connect commits it, perhaps on another thread.
 */
public final class SentVersions {

  /** So many versions are worth a look at which of them are still needed. */
  private static final int TRIM_AT = 100_000;

  private final VersionSet before;
  private long[] ids = new long[64];
  private long[] seconds = new long[64];
  private long[] fingerprints = new long[64];
  private int size;
  private int trimAt = TRIM_AT;

  public SentVersions(VersionSet before) {
    this.before = before;
  }

  /**
   * Whether this version was sent before this window. The fingerprint is computed only where the
   * timestamp alone cannot decide.
   */
  public boolean contains(long id, Instant second, Supplier<Long> fingerprint) {
    long epochSecond = second.getEpochSecond();
    return before.contains(id, epochSecond)
        || (before.hasUnsettled(id, epochSecond)
            && before.containsUnsettled(id, epochSecond, fingerprint.get()));
  }

  /** Forgets the versions up to a time, which no offset needs any more, once there are many. */
  public void trim(Instant upTo) {
    if (size < trimAt) {
      return;
    }
    // New arrays, because earlier marks still read the old ones.
    SentVersions kept = new SentVersions(before);
    for (int i = 0; i < size; i++) {
      if (seconds[i] > upTo.getEpochSecond()) {
        kept.append(ids[i], seconds[i], fingerprints[i]);
      }
    }
    ids = kept.ids;
    seconds = kept.seconds;
    fingerprints = kept.fingerprints;
    size = kept.size;
    trimAt = Math.max(TRIM_AT, 2 * size);
  }

  /** Remembers a version of a second that is over; it needs no fingerprint, which is 0 then. */
  public void add(long id, Instant second) {
    append(id, second.getEpochSecond(), 0);
  }

  /** Remembers a version of a second in which the item may change again. */
  public void addUnsettled(long id, Instant second, long fingerprint) {
    append(id, second.getEpochSecond(), fingerprint == 0 ? 1 : fingerprint);
  }

  private void append(long id, long second, long fingerprint) {
    if (size == ids.length) {
      // Copies, because earlier marks still read the old arrays.
      ids = Arrays.copyOf(ids, size * 2);
      seconds = Arrays.copyOf(seconds, size * 2);
      fingerprints = Arrays.copyOf(fingerprints, size * 2);
    }
    ids[size] = id;
    seconds[size] = second;
    fingerprints[size] = fingerprint;
    size++;
  }

  /** The current state; later additions are not part of it. */
  public Mark mark() {
    return new Mark(before, ids, seconds, fingerprints, size);
  }

  /** The state at the moment of a {@link #mark}. */
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

    /** The versions of this state after a second. */
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
