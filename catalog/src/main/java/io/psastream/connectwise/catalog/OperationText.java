package io.psastream.connectwise.catalog;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.Operation.ItemTraits;
import io.psastream.connectwise.catalog.Operation.Parameter;
import io.psastream.connectwise.catalog.Operation.Siblings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An operation described as method and path, such as {@code GET /service/tickets/{id}}.
 *
 * <p>{@link Catalog#operation} says what is assumed of one that the catalogue does not have.
 */
record OperationText(HttpMethod method, PathTemplate path) {

  private static final List<String> METHODS =
      Arrays.stream(HttpMethod.values()).map(HttpMethod::name).toList();

  private static final Pattern METHOD_AND_PATH = Pattern.compile("(\\p{Alpha}+)\\s+(\\S+)");
  private static final Pattern API_PREFIX = Pattern.compile("^/?(?:[^/]+/)?apis/\\d+\\.\\d+(?=/)");

  /** Segments of characters that a path may hold (RFC 3986), none of them empty, "." or "..". */
  private static final Pattern PATH =
      Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[\\w.~!$&'()*+,;=:@%{}-]+)+/?");

  /** The longest text; the longest of the catalogue has fewer than 150 characters. */
  private static final int LONGEST = 1_000;

  private static final Pattern ENDS_IN_NUMBER = Pattern.compile(".*/\\d+/?");

  /** Whether this is meant as method and path; an OperationId has neither blanks nor slashes. */
  static boolean isText(String idOrText) {
    return idOrText.chars().anyMatch(c -> c == '/' || Character.isWhitespace(c));
  }

  static OperationText parse(String text) {
    check(text.length() <= LONGEST, text, "it has more than " + LONGEST + " characters.");
    Matcher matcher = METHOD_AND_PATH.matcher(text);
    check(matcher.matches(), text, "a method and a path such as GET /service/tickets are needed.");
    String method = matcher.group(1).toUpperCase(Locale.ROOT);
    check(METHODS.contains(method), text, "the method must be one of " + METHODS + ".");
    String path = matcher.group(2);
    check(!path.contains("://"), text, "give the path below /apis/3.0, not a URL.");
    check(path.indexOf('?') < 0, text, "query parameters belong into the options.");
    path = API_PREFIX.matcher(path).replaceFirst("");
    path = path.startsWith("/") ? path : "/" + path;
    check(
        PATH.matcher(path).matches(),
        text,
        "a segment is empty, a dot segment, or has characters that a path cannot hold.");
    try {
      return new OperationText(HttpMethod.valueOf(method), PathTemplate.parse(path));
    } catch (IllegalArgumentException e) {
      throw UnknownOperationException.malformed(text, e.getMessage());
    }
  }

  private static void check(boolean fine, String text, String problem) {
    if (!fine) {
      throw UnknownOperationException.malformed(text, problem);
    }
  }

  /** The operation of the catalogue that is meant, or the one that the text alone describes. */
  Operation resolve(Collection<Operation> catalog, List<Parameter> listParameters) {
    String shape = Place.shape(path.toString());
    List<Operation> same =
        catalog.stream()
            .filter(known -> known.method() == method)
            .filter(known -> Place.shape(known.path().toString()).equals(shape))
            .toList();
    return same.stream()
        .filter(known -> known.path().parameters().equals(path.parameters()))
        .findFirst()
        .or(() -> same.stream().findFirst().map(this::renamed))
        .orElseGet(() -> assumed(listParameters));
  }

  private Operation renamed(Operation known) {
    List<Parameter> parameters = new ArrayList<>();
    for (String name : path.parameters()) {
      String type = known.pathParameters().get(parameters.size()).type();
      parameters.add(new Parameter(name, type, true));
    }
    return new Operation(
        toString(),
        method,
        path,
        List.copyOf(parameters),
        known.queryParameters(),
        known.body(),
        known.bodyItem(),
        known.answer(),
        known.item(),
        known.traits(),
        known.siblings());
  }

  private Operation assumed(List<Parameter> listParameters) {
    AnswerKind answer = assumedAnswer();
    return new Operation(
        toString(),
        method,
        path,
        path.parameters().stream().map(name -> new Parameter(name, "string", true)).toList(),
        method == HttpMethod.GET ? listParameters : List.of(),
        assumedBody(),
        Optional.empty(),
        answer,
        Optional.empty(),
        answer == AnswerKind.LIST ? new ItemTraits(true, true, false) : ItemTraits.NONE,
        Siblings.NONE);
  }

  private BodyKind assumedBody() {
    return switch (method) {
      case GET, DELETE -> BodyKind.NONE;
      case POST, PUT -> BodyKind.OBJECT;
      case PATCH -> BodyKind.JSON_PATCH;
    };
  }

  private AnswerKind assumedAnswer() {
    return switch (method) {
      case GET ->
          switch (Place.of(path.toString()).role()) {
            case COUNT -> AnswerKind.COUNT;
            case ITEM -> AnswerKind.SINGLE;
            default ->
                ENDS_IN_NUMBER.matcher(path.toString()).matches()
                    ? AnswerKind.SINGLE
                    : AnswerKind.LIST;
          };
      case POST ->
          Place.of(path.toString()).role() == Place.Role.SEARCH
              ? AnswerKind.LIST
              : AnswerKind.SINGLE;
      case PUT, PATCH -> AnswerKind.SINGLE;
      case DELETE -> AnswerKind.BLANK;
    };
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
