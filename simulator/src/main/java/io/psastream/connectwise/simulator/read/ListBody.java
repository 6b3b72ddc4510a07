package io.psastream.connectwise.simulator.read;

import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A JSON array of items, written from the bytes they are kept in. */
public record ListBody(List<StoredItem> items) implements Body {

  @Override
  public long length() {
    long length = 2L + Math.max(0, items.size() - 1);
    for (StoredItem item : items) {
      length += item.length();
    }
    return length;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write('[');
    boolean first = true;
    for (StoredItem item : items) {
      if (!first) {
        out.write(',');
      }
      item.writeTo(out);
      first = false;
    }
    out.write(']');
  }
}
