package io.psastream.connectwise.simulator.query;

import io.psastream.connectwise.simulator.condition.Field;
import java.util.List;
import java.util.Optional;

/** Resolves the names in a query; names are matched without regard to case. */
@FunctionalInterface
public interface Fields {

  /** Takes every name as it is spelled, for items of unknown shape. */
  Fields ANY = name -> Optional.of(new Field(List.of(name.split("/")), Field.Type.ANY));

  /** The field of this name, empty when an item has none. */
  Optional<Field> resolve(String name);

  /** The field of this name; fails in the API's words when there is none. */
  default Field require(String name) {
    if (name.equalsIgnoreCase("id")) {
      return Field.ID;
    }
    // The filter knows lastUpdated under both names, whatever the schema says
    // (docs/connectwise-api.md section 4).
    if (name.equalsIgnoreCase("lastUpdated") || name.equalsIgnoreCase("_info/lastUpdated")) {
      return Field.LAST_UPDATED;
    }
    return resolve(name).orElseThrow(() -> QueryException.unknownName(name));
  }
}
