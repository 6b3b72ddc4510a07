package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.sink.config.Route.Related;
import io.psastream.connectwise.sink.config.Rules.OnExists;
import io.psastream.connectwise.sink.config.Rules.OnNotFound;
import io.psastream.connectwise.sink.config.Writing.PatchFormat;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds the operations that go with an operation for values. */
final class RelatedParser {

  private final AliasValues values;
  private final Catalog catalog;

  RelatedParser(AliasValues values, Catalog catalog) {
    this.values = values;
    this.catalog = catalog;
  }

  /** The operations that go with one; the look-up is that of its route. */
  Related parse(Operation mutate, Optional<Lookup> lookup) {
    Optional<Operation> create = create(mutate);
    Optional<Operation> update = update(mutate, lookup);
    Optional<Operation> read = update.flatMap(this::read);
    if (update.isPresent() && read.isEmpty()) {
      checkNoReadNeeded(update.get());
    }
    return new Related(create, update, read);
  }

  private Optional<Operation> create(Operation mutate) {
    if (mutate.method() == HttpMethod.POST) {
      return Optional.of(mutate);
    }
    boolean changes = changes(mutate);
    if (!changes || values.choice(OnNotFound.class, RouteKeys.ON_NOT_FOUND) != OnNotFound.CREATE) {
      return Optional.empty();
    }
    Optional<Operation> create =
        named(
            LookupKeys.CREATE,
            operation -> operation.method() == HttpMethod.POST,
            mutate.siblings().create());
    if (create.isEmpty() && !values.hasProblem(LookupKeys.CREATE)) {
      values.problem(
          RouteKeys.ON_NOT_FOUND,
          "create needs "
              + LookupKeys.CREATE
              + ", since "
              + mutate.id()
              + " has no POST beside it that creates");
    }
    return create;
  }

  private Optional<Operation> update(Operation mutate, Optional<Lookup> lookup) {
    if (changes(mutate)) {
      return Optional.of(mutate);
    }
    boolean wanted =
        mutate.method() == HttpMethod.POST
            && lookup.isPresent()
            && values.choice(OnExists.class, LookupKeys.ON_EXISTS) == OnExists.UPDATE;
    if (!wanted) {
      return Optional.empty();
    }
    Operation list = lookup.get().operation();
    Optional<Operation> update =
        named(
            LookupKeys.UPDATE,
            RelatedParser::changes,
            list.siblings().patch().or(() -> list.siblings().replace()));
    if (update.isEmpty() && !values.hasProblem(LookupKeys.UPDATE)) {
      values.problem(
          LookupKeys.ON_EXISTS,
          "update needs "
              + LookupKeys.UPDATE
              + ", since "
              + list.id()
              + " has no PATCH or PUT beside it; or set ignore or fail");
    }
    return update;
  }

  private static boolean changes(Operation operation) {
    return operation.method() == HttpMethod.PATCH || operation.method() == HttpMethod.PUT;
  }

  /** The operation that reads the item to change; for one given as text, a GET of the same path. */
  private Optional<Operation> read(Operation update) {
    Optional<String> id =
        update.id().contains(" ") ? Optional.of("GET " + update.path()) : update.siblings().get();
    return id.map(catalog::operation)
        .filter(read -> read.path().parameters().size() == update.path().parameters().size());
  }

  private void checkNoReadNeeded(Operation update) {
    boolean patch = update.method() == HttpMethod.PATCH;
    boolean diff = values.choice(PatchFormat.class, WritingKeys.PATCH_FORMAT) == PatchFormat.DIFF;
    if (patch && diff) {
      addUnreadable(WritingKeys.PATCH_FORMAT, "diff", update);
    }
    if (!patch && values.flag(WritingKeys.PUT_MERGE)) {
      addUnreadable(WritingKeys.PUT_MERGE, "true", update);
    }
  }

  private void addUnreadable(String key, String value, Operation update) {
    values.problem(
        key,
        value + " reads the item first, and there is no GET for what " + update.id() + " changes");
  }

  private Optional<Operation> named(
      String name, Predicate<Operation> fits, Optional<String> otherwise) {
    if (values.text(name).isEmpty()) {
      return otherwise.map(catalog::operation).filter(fits);
    }
    String expected = name.equals(LookupKeys.CREATE) ? "POST" : "PATCH or a PUT";
    return values.operation(
        name,
        catalog,
        operation ->
            fits.test(operation)
                ? Optional.empty()
                : Optional.of("is a " + operation.method() + "; expected a " + expected));
  }
}
