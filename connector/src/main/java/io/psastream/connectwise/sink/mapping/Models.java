package io.psastream.connectwise.sink.mapping;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.sink.body.ItemModel;

/**
 * What all operations of a sink share to check bodies with.
 *
 * @param unknown where fields go that are not known
 */
record Models(Catalog catalog, UnknownFields unknown) {

  ItemModel of(Operation operation) {
    return ItemModel.of(operation, catalog);
  }
}
