package io.psastream.connectwise.sink.mapping;

import io.psastream.connectwise.catalog.Operation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of each field that the catalogue does not have, once. */
final class UnknownFields {

  private static final Logger LOG = LoggerFactory.getLogger(UnknownFields.class);

  /** Keys that are data, such as a map taken for an item, must not fill the memory. */
  private static final int MOST = 1_000;

  private final Set<String> said = ConcurrentHashMap.newKeySet();

  void note(Operation operation, List<String> fields) {
    for (String field : fields) {
      if (said.size() < MOST && said.add(operation.id() + " " + field)) {
        LOG.warn(
            "The catalogue has no field {} for {}. It is sent anyway; see"
                + " unknown.field.behavior.",
            field,
            operation.id());
      }
    }
  }
}
