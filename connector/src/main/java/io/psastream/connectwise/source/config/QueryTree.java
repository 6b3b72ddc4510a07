package io.psastream.connectwise.source.config;

import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.config.Problems;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The queries of a connector as parents and children. */
final class QueryTree {

  private final Map<String, Query> byAlias = new LinkedHashMap<>();

  QueryTree(List<Query> queries) {
    queries.forEach(query -> byAlias.put(query.alias(), query));
  }

  /**
   * Reports parents that do not exist or do not matter, and queries that are their own ancestors.
   */
  void check(Problems problems) {
    for (Query query : byAlias.values()) {
      String key = SourceConfig.ALIASES.key(query.alias(), Passes.PARENT);
      if (query.parent().isPresent() && parent(query).isEmpty()) {
        problems.add(
            key, "there is no query \"" + query.parent().get() + "\" in " + SourceConfig.QUERIES);
      }
      if (parent(root(query)).isPresent()) {
        problems.add(key, "the query is its own parent, directly or through others");
      } else if (parent(query).isPresent() && !query.refersToParent()) {
        problems.add(
            SourceConfig.ALIASES.key(query.alias(), Options.KEY),
            "refers to no field of the parent, so that the same would be read again for each of its"
                + " items; refer to one, as in ${parent.id}, or leave out "
                + Passes.PARENT);
      }
    }
  }

  /** The ancestor without a parent, whose schedule applies; any query of a cycle. */
  Query root(Query query) {
    Set<String> seen = new HashSet<>();
    Query ancestor = query;
    while (seen.add(ancestor.alias()) && parent(ancestor).isPresent()) {
      ancestor = parent(ancestor).get();
    }
    return ancestor;
  }

  private Optional<Query> parent(Query query) {
    return query.parent().map(byAlias::get);
  }
}
