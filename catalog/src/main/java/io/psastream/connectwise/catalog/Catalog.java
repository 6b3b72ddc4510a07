package io.psastream.connectwise.catalog;

import io.psastream.connectwise.catalog.Operation.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The operations of the ConnectWise API and, loaded only when asked for, the schemas of its items.
 *
 * <p>Immutable to its users and safe to share between threads.
 */
public final class Catalog {

  private final List<Operation> operations;
  private final List<Parameter> listParameters;
  private final Map<String, Operation> byId;

  /** Known answers: the same wrong id is met for each query that inherits it. */
  private final Map<String, List<String>> nearest = new ConcurrentHashMap<>();

  private Map<String, ItemSchema> schemas;

  private Catalog(List<Operation> operations, List<Parameter> listParameters) {
    this.operations = operations;
    this.listParameters = listParameters;
    byId = new HashMap<>(2 * operations.size());
    for (Operation operation : operations) {
      byId.put(key(operation.id()), operation);
    }
  }

  /** Reads the catalogue that this module carries. */
  public static Catalog load() {
    OperationsReader reader = new OperationsReader();
    List<Operation> operations = reader.read(lines("operations.tsv"));
    return new Catalog(operations, reader.querySet("list"));
  }

  /** Every operation, ordered by path and method. */
  public List<Operation> operations() {
    return operations;
  }

  /**
   * The operation with this OperationId (case does not matter), or the one described by text such
   * as {@code GET /service/tickets/{id}}, for servers newer than the catalogue.
   *
   * <p>Text that describes an operation of the catalogue gives that one: case, a trailing slash and
   * anything up to {@code /apis/3.0} do not matter. When only the names of the parameters differ,
   * it is that operation under the names of the text. Everything else is taken at its word, and
   * what the API does elsewhere is assumed: a GET takes paging and gives a list of items with
   * {@code id} and {@code _info}, unless the path ends in a parameter or a number (one item) or in
   * {@code /count}; POST and PUT take and give one item (POST to {@code /search} gives a list),
   * PATCH takes a JSON patch, DELETE takes and gives nothing.
   *
   * @throws UnknownOperationException when there is none; its message names the nearest ids, or
   *     says what is wrong with the text
   */
  public Operation operation(String idOrText) {
    String wanted = idOrText == null ? "" : idOrText.strip();
    if (wanted.isEmpty()) {
      throw UnknownOperationException.unnamed();
    }
    if (OperationText.isText(wanted)) {
      return OperationText.parse(wanted).resolve(operations, listParameters);
    }
    Operation known = byId.get(key(wanted));
    if (known == null) {
      throw UnknownOperationException.unknown(
          wanted, nearest.computeIfAbsent(wanted, id -> NearestIds.of(id, operations)));
    }
    return known;
  }

  /** The schema of an item, by its name, such as {@code Ticket}. */
  public Optional<ItemSchema> schema(String name) {
    return Optional.ofNullable(schemas().get(name));
  }

  private synchronized Map<String, ItemSchema> schemas() {
    if (schemas == null) {
      schemas = new SchemasReader().read(lines("schemas.txt"));
    }
    return schemas;
  }

  private static String key(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  /** The lines of a resource without its comments. */
  private static List<String> lines(String resource) {
    try (InputStream in = Catalog.class.getResourceAsStream(resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      List<String> lines = new ArrayList<>();
      int from = 0;
      for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        if (text.charAt(from) != '#') {
          lines.add(text.substring(from, end));
        }
        from = end + 1;
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + resource + " of the catalogue.", e);
    }
  }
}
