package io.psastream.connectwise.sandbox.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What was measured of one case.
 *
 * @param items records in the topic
 * @param seconds from the first request, or from the first record where there are no requests, to
 *     the last record
 * @param requests HTTP requests of all kinds
 * @param cpuSeconds of the process that reads and writes
 * @param heapBytes the most that was in use after a garbage collection in that process
 * @param memory what else is known of its memory
 */
record Figures(
    long items, double seconds, long requests, double cpuSeconds, long heapBytes, Memory memory) {

  /**
   * What a process took of the machine.
   *
   * @param allocatedBytes what it allocated, as its garbage collections show it; 0 if unknown
   * @param residentBytes the most it had in memory at any time (RSS); 0 if unknown
   */
  record Memory(long allocatedBytes, long residentBytes) {
    static final Memory UNKNOWN = new Memory(0, 0);
  }

  Figures(long items, double seconds, long requests, double cpuSeconds, long heapBytes) {
    this(items, seconds, requests, cpuSeconds, heapBytes, Memory.UNKNOWN);
  }

  Figures with(Memory known) {
    return new Figures(items, seconds, requests, cpuSeconds, heapBytes, known);
  }

  /** The run of the median rate; the slower of two. */
  static Figures median(List<Figures> runs) {
    return runs.stream()
        .sorted(Comparator.comparingDouble(Figures::rate))
        .skip((runs.size() - 1) / 2)
        .findFirst()
        .orElseThrow();
  }

  double rate() {
    return items / Math.max(seconds, 0.001);
  }

  long heapMegabytes() {
    return heapBytes >> 20;
  }

  /** Allocated for each item, in kilobytes. */
  double allocatedKilobytes() {
    return memory.allocatedBytes() / 1_000.0 / Math.max(items, 1);
  }

  /** For the other process to read. */
  String line() {
    return String.format(
        Locale.ROOT, "%d %.3f %d %.3f %d", items, seconds, requests, cpuSeconds, heapBytes);
  }

  static Figures parse(String line) {
    String[] parts = line.strip().split(" ", -1);
    return new Figures(
        Long.parseLong(parts[0]),
        Double.parseDouble(parts[1]),
        Long.parseLong(parts[2]),
        Double.parseDouble(parts[3]),
        Long.parseLong(parts[4]));
  }
}
