package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.ConnectionKeys;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.config.Validators;
import io.psastream.connectwise.template.Conditions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One query of a source: what it reads, how, how often, and where to.
 *
 * @param alias its name in the configuration; empty for the only one
 * @param operation the operation it runs
 * @param options path and query parameters
 * @param topic where its items go
 * @param reading how the list is read
 * @param keyFields fields of the item that make the record key, {@code a/b} for nested ones
 * @param parent alias of the parent query; this query runs once per item of it
 * @param failsOnChildError whether a child that cannot be read fails the task; else it is left out
 * @param passes what passes it makes over the list and when; a child query makes none by itself
 * @param values the form of the values of its records
 * @param offsetName what its place in the offsets is called; empty where that goes by its options
 */
public record Query(
    String alias,
    Operation operation,
    Options options,
    String topic,
    Reading reading,
    List<String> keyFields,
    Optional<String> parent,
    boolean failsOnChildError,
    Passes passes,
    ValueFormat values,
    Optional<String> offsetName) {

  /**
   * What a URL of 2,048 characters has room for besides the path and what the connector adds
   * (docs/connectwise-api.md section 3, "URL length").
   */
  private static final int LONGEST_QUERY = 1_600;

  /** Options that say how items are shown, and not which. */
  private static final List<String> SHAPE_ONLY = List.of("fields", "orderBy");

  private static final int FINGERPRINT_BYTES = 8;

  /** The name for messages and threads: the alias, or the operation where there is none. */
  public String name() {
    return alias.isEmpty() ? operation.id() : alias;
  }

  /**
   * The items that a query selects, whatever it is called and whichever of their fields it reads.
   * Queries of one connector with the same scope have the same partition, and so one offset.
   *
   * @param options a fingerprint of the options, or the name that stands for them
   */
  public record Scope(String operation, String options) {}

  /** The scope by which the query's offset is stored. */
  public Scope scope() {
    return offsetName
        .map(name -> new Scope(operation.id(), "name:" + name))
        .orElseGet(this::selection);
  }

  /** The scope by options alone, in which those that certainly mean the same are the same. */
  public Scope selection() {
    return selection(Conditions::comparable);
  }

  /**
   * The scopes by which the offset may have been stored before, the newest first: by the options,
   * before the query had a name, and in the forms in which former versions compared them.
   */
  public List<Scope> formerScopes() {
    return Stream.of(
            selection(), selection(Conditions::withoutIdleBlanks), fingerprint(selecting()))
        .distinct()
        .filter(former -> !former.equals(scope()))
        .toList();
  }

  private Scope selection(UnaryOperator<String> form) {
    Map<String, String> selecting = selecting();
    selecting.replaceAll((name, value) -> isCondition(name) ? form.apply(value) : value);
    selecting.entrySet().removeIf(each -> isCondition(each.getKey()) && each.getValue().isEmpty());
    return fingerprint(selecting);
  }

  private static boolean isCondition(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith("conditions");
  }

  private Map<String, String> selecting() {
    Map<String, String> selecting = new TreeMap<>(options.path());
    selecting.putAll(options.query());
    SHAPE_ONLY.forEach(selecting::remove);
    return selecting;
  }

  private Scope fingerprint(Map<String, String> selecting) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(selecting.toString().getBytes(StandardCharsets.UTF_8));
      return new Scope(operation.id(), HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Reads the query of an alias; empty when its operation is unknown. */
  static Optional<Query> of(AliasValues values, Catalog catalog) {
    if (values.text(QueryKeys.OPERATION_ID).isEmpty()) {
      values.problem(
          QueryKeys.OPERATION_ID,
          "is missing; name the operation to run, such as getServiceTickets");
    }
    return values
        .operation(QueryKeys.OPERATION_ID, catalog, Query::writeProblem)
        .map(operation -> of(values, operation, catalog));
  }

  private static Optional<String> writeProblem(Operation operation) {
    return operation.method() == HttpMethod.GET
        ? Optional.empty()
        : Optional.of(
            "is a "
                + operation.method()
                + "; a source runs GET operations, writes belong in the sink connector");
  }

  private static Query of(AliasValues values, Operation operation, Catalog catalog) {
    Options given = Options.parse(values, operation);
    Reading reading = Reading.of(values, operation, given);
    Options options = given.withoutQuery(Options.PAGE_SIZE);
    checkOptions(values, options, reading);
    Optional<String> parent = values.text(Passes.PARENT);
    checkParent(values, options, parent);
    checkKeyFields(values, options);
    return new Query(
        values.alias(),
        operation,
        options,
        values.text(QueryKeys.TOPIC).orElseGet(() -> sharedTopic(values, operation)),
        reading,
        values.list(QueryKeys.KEY_FIELDS),
        parent,
        values.is(Passes.ON_CHILD_ERROR, "fail"),
        Passes.of(values, operation, reading.mode(), catalog),
        ValueFormat.of(values, operation, options, catalog),
        values.text(QueryKeys.OFFSET_NAME));
  }

  private static void checkParent(AliasValues values, Options options, Optional<String> parent) {
    if (refers(options) && parent.isEmpty()) {
      values.problem(
          Options.KEY,
          "refers to ${parent.…}, or to what no config provider has filled in, but the query has no "
              + Passes.PARENT);
    }
    if (parent.isPresent()) {
      Validators.problem(() -> new ChildOptions(options), "")
          .ifPresent(problem -> values.problem(Options.KEY, problem));
    }
  }

  /** Reports fields of the key that the options do not ask for; the id and _info always come. */
  private static void checkKeyFields(AliasValues values, Options options) {
    List<String> asked =
        Stream.of("fields", "columns")
            .flatMap(name -> options.query(name).stream())
            .flatMap(fields -> Arrays.stream(fields.split(",")))
            .map(String::strip)
            .filter(field -> !field.isEmpty())
            .toList();
    values.list(QueryKeys.KEY_FIELDS).stream()
        .filter(field -> !asked.isEmpty() && !field.equals("id") && !field.startsWith("_info"))
        .filter(field -> asked.stream().noneMatch(each -> isWithin(field, each)))
        .forEach(
            field ->
                values.problem(
                    QueryKeys.KEY_FIELDS,
                    "\""
                        + field
                        + "\" is none of the fields that the options ask for, so no record would"
                        + " have it in its key; add it there"));
  }

  /** Whether one of two paths leads to the other, or to what is below it. */
  private static boolean isWithin(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT) + "/";
    String b = other.toLowerCase(Locale.ROOT) + "/";
    return a.startsWith(b) || b.startsWith(a);
  }

  private static boolean refers(Options options) {
    return Stream.of(options.path(), options.query())
        .flatMap(parameters -> parameters.values().stream())
        .anyMatch(value -> value.contains("${"));
  }

  /** Whether what it reads depends on the item of its parent. */
  boolean refersToParent() {
    return refers(options);
  }

  private static void checkOptions(AliasValues values, Options options, Reading reading) {
    for (String name : options.query().keySet()) {
      if (Operation.PAGING.stream().anyMatch(name::equalsIgnoreCase)) {
        values.problem(
            Options.KEY,
            "leave out \"" + name + "\": paging is the connector's own business (see page.size)");
      } else if (name.equals("orderBy") && reading.strategy().byId()) {
        values.problem(
            Options.KEY, "leave out \"orderBy\": the connector reads in the order of ids");
      }
    }
    int length = options.query().values().stream().mapToInt(Query::lengthInUrl).sum();
    if (length > LONGEST_QUERY) {
      values.problem(
          Options.KEY,
          "the parameters have "
              + length
              + " characters as they are encoded in a URL, more than the "
              + LONGEST_QUERY
              + " that it can carry; split the query");
    }
  }

  private static int lengthInUrl(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20").length();
  }

  /** The topic of a query that has no topic of its own. */
  private static String sharedTopic(AliasValues values, Operation operation) {
    String username = String.valueOf(values.all().get(ConnectionKeys.USERNAME));
    String name =
        String.valueOf(values.all().get(SourceConfig.TOPIC_PATTERN))
            .replace("${resource}", resource(operation))
            .replace("${operation}", operation.id())
            .replace("${company}", username.replaceFirst("\\+.*", ""));
    if (!Validators.TOPIC_TEXT.matcher(name).matches()) {
      values
          .problems()
          .add(
              SourceConfig.TOPIC_PATTERN,
              "gives \""
                  + name
                  + "\", which is no legal topic name; known variables are"
                  + " ${resource}, ${operation} and ${company}");
    }
    return name;
  }

  /** The path of the operation as a name: {@code service.tickets.notes}. */
  private static String resource(Operation operation) {
    return Arrays.stream(operation.path().toString().split("/"))
        .filter(segment -> !segment.isEmpty() && !segment.startsWith("{"))
        .collect(Collectors.joining("."));
  }
}
