package io.psastream.connectwise.source;

import io.psastream.connectwise.source.config.Passes.PassKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The passes of one query that are under way, at most one of each kind, and which of them overtakes
 * which. What is sent of an item overtakes what passes have read of it before, perhaps ahead.
 */
final class OpenPasses {

  private final Map<PassKind, Pass> open = new EnumMap<>(PassKind.class);

  boolean has(PassKind kind) {
    return open.containsKey(kind);
  }

  Pass get(PassKind kind) {
    return open.get(kind);
  }

  void begin(PassKind kind, Pass pass) {
    open.put(kind, pass);
  }

  void end(PassKind kind) {
    open.remove(kind);
  }

  /**
   * A pass has sent these items: what others have read of them is older. Not so for windows, to
   * which the others leave every version that windows still read.
   */
  void sent(PassKind by, List<Long> ids) {
    open.forEach(
        (kind, pass) -> {
          if (kind != by && kind != PassKind.WINDOW) {
            pass.overtaken(ids);
          }
        });
  }

  /** These items were deleted: what any pass has read of them does not follow the tombstones. */
  void deleted(List<Long> ids) {
    open.values().forEach(pass -> pass.overtaken(ids));
  }
}
