package io.psastream.connectwise.source.config;

import io.psastream.connectwise.config.Problems;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which query runs for the items of which other one. */
final class QueryTree {

  private final Map<String, Query> byAlias = new HashMap<>();

  QueryTree(List<Query> queries) {
    queries.forEach(query -> byAlias.put(query.alias(), query));
  }

  /** Finds parents that do not exist, and queries that are their own ancestors. */
  void check(Problems problems) {
    for (Query query : byAlias.values()) {
      String key = SourceConfig.ALIASES.key(query.alias(), Passes.PARENT);
      query
          .parent()
          .filter(parent -> !byAlias.containsKey(parent))
          .ifPresent(
              parent ->
                  problems.add(
                      key, "there is no query \"" + parent + "\" in " + SourceConfig.QUERIES));
      if (root(query).parent().filter(byAlias::containsKey).isPresent()) {
        problems.add(key, "the query is its own ancestor");
      }
    }
  }

  /** The query at the top, which has the schedule; of a circle any. */
  Query root(Query query) {
    Set<String> seen = new HashSet<>();
    Query at = query;
    while (seen.add(at.alias())) {
      Optional<Query> above = at.parent().map(byAlias::get);
      if (above.isEmpty()) {
        return at;
      }
      at = above.get();
    }
    return at;
  }
}
