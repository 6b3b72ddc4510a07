package io.psastream.connectwise.source;

import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.source.WindowScan.Accepted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;

/** Reads the pages of a window or a full refresh, and makes records of the accepted items. */
final class ReadPass implements Pass {

  private final Supplier<Page> pages;
  private final Function<Page, List<Accepted>> accept;
  private final ChildQueries children;
  private Map<String, Object> before;
  private List<Accepted> pending = List.of();
  private boolean last;

  /**
   * @param accept chooses the items of a page to emit
   * @param before the offset before the first item
   */
  ReadPass(
      Supplier<Page> pages,
      Function<Page, List<Accepted>> accept,
      ChildQueries children,
      Map<String, Object> before) {
    this.pages = pages;
    this.accept = accept;
    this.children = children;
    this.before = before;
  }

  @Override
  public Batch next() {
    if (pending.isEmpty()) {
      Page page = pages.get();
      pending = accept.apply(page);
      last = page.last();
    }
    List<Accepted> now = pending.subList(0, Math.min(children.batchSize(), pending.size()));
    // May throw; the items stay pending until their children have been read.
    List<SourceRecord> records = records(now, children.descendants(now));
    pending = pending.subList(now.size(), pending.size());
    return new Batch(records, last && pending.isEmpty());
  }

  /** Only the last record of an item and its descendants carries the offset after the item. */
  private List<SourceRecord> records(
      List<Accepted> parents, List<List<ChildQueries.Descendant>> descendants) {
    List<SourceRecord> records = new ArrayList<>(parents.size());
    for (int i = 0; i < parents.size(); i++) {
      Accepted parent = parents.get(i);
      List<ChildQueries.Descendant> below = descendants.get(i);
      records.add(children.record(parent, below.isEmpty() ? parent.offset() : before));
      for (int j = 0; j < below.size(); j++) {
        boolean lastOfAll = j == below.size() - 1;
        records.add(below.get(j).record(lastOfAll ? parent.offset() : before));
      }
      before = parent.offset();
    }
    return records;
  }
}
