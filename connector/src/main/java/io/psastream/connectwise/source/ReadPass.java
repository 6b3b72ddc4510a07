package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.source.WindowScan.Accepted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;

/** Reads the pages of a window or a full refresh, and makes records of the accepted items. */
final class ReadPass implements Pass {

  private final Supplier<Page> pages;
  private final Choice choice;
  private final ChildQueries children;
  private final PassProgress progress;
  private final Set<Long> overtaken = new HashSet<>();
  private List<Accepted> pending = List.of();
  private boolean last;

  /** Chooses the items of a page to emit. */
  @FunctionalInterface
  interface Choice {
    List<Accepted> of(Page page);

    /** These are sent now. */
    default void sent(List<Accepted> items) {}
  }

  /**
   * @param progress how far all passes of the query have come
   */
  ReadPass(Supplier<Page> pages, Choice choice, ChildQueries children, PassProgress progress) {
    this.pages = pages;
    this.choice = choice;
    this.children = children;
    this.progress = progress;
  }

  @Override
  public Batch next() {
    if (pending.isEmpty() && !last) {
      Page page = pages.get();
      pending = choice.of(current(page));
      last = page.last();
    }
    List<Accepted> now = children.ready(pending);
    // May throw; the items stay pending until their children have been read.
    List<List<ChildQueries.Descendant>> below = children.descendants(now);
    List<SourceRecord> records = records(now, below);
    pending = pending.subList(now.size(), pending.size());
    choice.sent(now);
    below.forEach(each -> each.forEach(ChildQueries.Descendant::sent));
    return new Batch(records, last && pending.isEmpty());
  }

  /** Whether the next batch is of the same page. */
  boolean midPage() {
    return !pending.isEmpty();
  }

  private Page current(Page page) {
    return overtaken.isEmpty()
        ? page
        : new Page(
            page.items().stream().filter(this::isCurrent).toList(), page.position(), page.last());
  }

  private boolean isCurrent(Item item) {
    return item.id().isEmpty() || !overtaken.contains(item.id().getAsLong());
  }

  @Override
  public void overtaken(Collection<Long> ids) {
    overtaken.addAll(ids);
    pending = pending.stream().filter(each -> isCurrent(each.item())).toList();
  }

  /** Only the last record of an item and its descendants carries the offset after the item. */
  private List<SourceRecord> records(
      List<Accepted> parents, List<List<ChildQueries.Descendant>> descendants) {
    List<SourceRecord> records = new ArrayList<>(parents.size());
    Map<String, Object> before = progress.offset();
    for (int i = 0; i < parents.size(); i++) {
      Accepted parent = parents.get(i);
      List<ChildQueries.Descendant> below = descendants.get(i);
      progress.passed(parent);
      Map<String, Object> after = progress.offset();
      records.add(children.record(parent, below.isEmpty() ? after : before));
      for (int j = 0; j < below.size(); j++) {
        boolean lastOfAll = j == below.size() - 1;
        records.add(below.get(j).record(lastOfAll ? after : before));
      }
      before = after;
    }
    return records;
  }
}
