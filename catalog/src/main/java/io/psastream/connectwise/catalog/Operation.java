package io.psastream.connectwise.catalog;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One operation of the ConnectWise API: what to call, what it takes and what it answers.
 *
 * @param id the OperationId, such as {@code getServiceTickets}; for an operation given as text,
 *     that text ({@code GET /service/tickets})
 * @param method the HTTP method
 * @param path the path below {@code /apis/3.0}, with its parameters
 * @param pathParameters the parameters of the path, in its order
 * @param queryParameters the query parameters the operation takes, paging parameters included
 * @param body what the request body is
 * @param bodyItem the name of the schema of the request body, or of its elements when the body is
 *     an array; absent where there is no body or the specification does not say
 * @param answer what a successful answer is
 * @param item the name of the schema of an item in the answer (or of the answer itself); absent for
 *     blank and binary answers and where the specification names none
 * @param traits what the items of a list carry
 * @param siblings the other operations of the same resource
 */
public record Operation(
    String id,
    HttpMethod method,
    PathTemplate path,
    List<Parameter> pathParameters,
    List<Parameter> queryParameters,
    BodyKind body,
    Optional<String> bodyItem,
    AnswerKind answer,
    Optional<String> item,
    ItemTraits traits,
    Siblings siblings) {

  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,40}");
  private static final String ID = "must be a whole number from 0 to " + Integer.MAX_VALUE;

  /** The query parameters by which a list is cut into pages. */
  public static final Set<String> PAGING = Set.of("page", "pageSize", "pageId");

  /** The part of the API that it belongs to: the first segment of its path, such as "service". */
  public String module() {
    String text = path.toString();
    int end = text.indexOf('/', 1);
    return text.substring(1, end < 0 ? text.length() : end);
  }

  /** The verbs of the ConnectWise API. */
  public enum HttpMethod {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE
  }

  /** What an operation takes as request body. */
  public enum BodyKind {
    NONE,
    OBJECT,
    ARRAY,
    JSON_PATCH,
    MULTIPART
  }

  /** What an operation answers when it succeeds. */
  public enum AnswerKind {
    LIST,
    /** Columns and rows, which come in pages as lists do (docs/connectwise-api.md section 5). */
    REPORT,
    SINGLE,
    COUNT,
    BLANK,
    /** A file: bytes of any type. */
    BINARY,
    /** A web page. */
    HTML;

    /** Whether it comes in pages. */
    public boolean paged() {
      return this == LIST || this == REPORT;
    }
  }

  /**
   * A parameter in the path or the query; the type is the specification's ("integer", "string", …).
   */
  public record Parameter(String name, String type, boolean required) {

    /**
     * What a value must be that this one is not, without quoting it; empty where it fits the type.
     * Integers are ids and counts, which the API keeps in 32 bits.
     */
    public Optional<String> problem(String value) {
      return switch (type) {
        case "integer" -> isId(value) ? Optional.empty() : Optional.of(ID);
        case "boolean" ->
            value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")
                ? Optional.empty()
                : Optional.of("must be true or false");
        default -> Optional.empty();
      };
    }

    private static boolean isId(String value) {
      return DIGITS.matcher(value).matches()
          && new BigInteger(value).compareTo(BigInteger.valueOf(Integer.MAX_VALUE)) <= 0;
    }
  }

  /**
   * Checks the values of parameters against their types, but for those that cut a list into pages;
   * names that it does not have are no matter.
   *
   * @throws IllegalArgumentException when a value does not fit; the message names the parameter and
   *     does not quote the value
   */
  public void check(Map<String, String> path, Map<String, String> query) {
    check("path", pathParameters, path);
    check("query", queryParameters, query);
  }

  private void check(String kind, List<Parameter> parameters, Map<String, String> values) {
    if (values.isEmpty()) {
      return;
    }
    for (Parameter parameter : parameters) {
      String value = values.get(parameter.name());
      boolean checked = value != null && !PAGING.contains(parameter.name());
      Optional<String> problem = checked ? parameter.problem(value) : Optional.empty();
      if (problem.isPresent()) {
        throw new IllegalArgumentException(
            "the %s parameter \"%s\" of %s %s"
                .formatted(kind, parameter.name(), id, problem.get()));
      }
    }
  }

  /** What the items of an answer carry; all false where nothing is known. */
  public record ItemTraits(boolean id, boolean info, boolean customFields) {

    public static final ItemTraits NONE = new ItemTraits(false, false, false);
  }

  /** OperationIds of the same resource; empty where the API has none. */
  public record Siblings(
      Optional<String> list,
      Optional<String> count,
      Optional<String> get,
      Optional<String> create,
      Optional<String> replace,
      Optional<String> patch,
      Optional<String> delete) {

    public static final Siblings NONE =
        new Siblings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }
}
