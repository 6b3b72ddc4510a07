package io.psastream.connectwise.client.paging;

/**
 * How many rows to ask for next of a list by page numbers of which a page was too large: smaller
 * pages, and larger ones again behind what was too large. A page begins with a multiple of its
 * size, so a size divides the row that it begins with. Pure.
 */
final class PageParts {

  private final int unit;
  private int most;
  private long row;
  private int size;

  /** The largest page that is known to come as long as it is asked for. */
  private int kept;

  /** What to ask for at the most. */
  private int limit;

  /** The end of the page that was too large last. */
  private long end;

  /**
   * @param unit how many rows the server sends for a page of the size asked; 0 if unknown
   * @param asked the size of the page that was too large
   * @param row the row that it begins with, counted from 0, or one within it
   */
  PageParts(int unit, int asked, long row) {
    this.unit = unit;
    this.most = unit == 0 ? asked : unit;
    this.row = row;
    this.end = row + most;
    this.limit = Math.max(1, most / 2);
    choose();
  }

  /** The number of the next page. */
  long page() {
    return row / size + 1;
  }

  /** The size of the next page. */
  int size() {
    return size;
  }

  /**
   * Goes on with less, where that is not less than one row.
   *
   * @param forGood whether no later page may be as large either
   */
  void smaller(boolean forGood) {
    end = row + size;
    limit = size / 2;
    most = forGood ? limit : most;
    choose();
  }

  /**
   * Whether so many rows are what was asked for: as many, or fewer at the end of a list whose
   * server is known to keep to sizes. Else they may be any.
   */
  boolean isAsAskedFor(int rows) {
    if (rows == size) {
      kept = Math.max(Math.max(kept, size), unit);
    }
    return rows == size || (rows == 0 && row == 0) || (rows < size && size <= kept);
  }

  /** Whether the server is known to keep to sizes. */
  boolean keepsSizes() {
    return kept > 0;
  }

  /** Goes on behind the page. */
  void read() {
    row += size;
    if (row >= end) {
      limit = Math.min(most, 2 * Math.max(limit, size));
    }
    choose();
  }

  /** Goes on behind a row that alone is too large. */
  void leftOut() {
    row++;
    limit = 1;
    choose();
  }

  private void choose() {
    size = limit;
    while (row % size != 0) {
      size--;
    }
  }
}
