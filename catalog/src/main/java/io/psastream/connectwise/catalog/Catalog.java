package io.psastream.connectwise.catalog;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The operations of the ConnectWise API and, loaded only when asked for, the schemas of its items.
 */
public final class Catalog {

  private Catalog() {}

  /** Reads the catalogue that this module carries. */
  public static Catalog load() {
    throw new UnsupportedOperationException();
  }

  /** Every operation, ordered by path and method. */
  public Collection<Operation> operations() {
    throw new UnsupportedOperationException();
  }

  /**
   * The operation with this OperationId (case does not matter), or the one described by text such
   * as {@code GET /service/tickets/{id}}, for servers newer than the catalogue.
   *
   * @throws UnknownOperationException when there is none; its message names the nearest ids
   */
  public Operation operation(String idOrText) {
    throw new UnknownOperationException(idOrText, List.of());
  }

  /** The schema of an item, by its name, such as {@code Ticket}. */
  public Optional<ItemSchema> schema(String name) {
    throw new UnsupportedOperationException(name);
  }
}
