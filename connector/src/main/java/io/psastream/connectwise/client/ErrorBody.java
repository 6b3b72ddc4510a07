package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Failure.Detail;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The body of an error, parsed leniently: the API's own JSON, the 429's other JSON, any other JSON,
 * plain text, HTML, or nothing (P1, P3, P6; docs/connectwise-api.md section 5).
 *
 * @param type its format
 * @param code the API's code; empty for all but JSON
 * @param message the API's message, the text, or the title of the page, on one line
 * @param details the entries of {@code errors[]}
 */
record ErrorBody(
    BodyType type, Optional<String> code, Optional<String> message, List<Detail> details) {

  /** The formats of bodies that were observed. */
  enum BodyType {
    JSON,
    TEXT,
    HTML,
    EMPTY
  }

  /** So many bytes of a body are read at most. */
  static final int READ_LIMIT = 16 * 1024;

  static final int MESSAGE_LIMIT = 500;
  private static final int TEXT_LIMIT = 200;
  private static final String JSON_START = "{[\"";
  private static final Set<String> KNOWN = Set.of("code", "error", "message", "errors");
  private static final int DETAILS_LIMIT = 20;
  private static final Pattern TITLE =
      Pattern.compile("<title[^>]*>(.*?)</title>", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  static ErrorBody parse(String text, boolean htmlType) {
    String body = text.strip();
    if (body.isEmpty()) {
      return new ErrorBody(BodyType.EMPTY, Optional.empty(), Optional.empty(), List.of());
    }
    if (JSON_START.indexOf(body.charAt(0)) >= 0) {
      Optional<ErrorBody> json = tree(body).map(ErrorBody::of);
      if (json.isPresent()) {
        return json.get();
      }
    }
    if (htmlType || body.startsWith("<")) {
      return new ErrorBody(BodyType.HTML, Optional.empty(), title(body), List.of());
    }
    return new ErrorBody(BodyType.TEXT, Optional.empty(), line(body, TEXT_LIMIT), List.of());
  }

  /** The error that a 2xx holds where a list is due; empty for an item, which has an id. */
  static Optional<ErrorBody> inPlaceOfList(String object) {
    return tree(object)
        .filter(root -> !root.has("id"))
        .map(ErrorBody::of)
        .filter(it -> it.code().isPresent() && it.message().isPresent());
  }

  private static Optional<JsonNode> tree(String body) {
    try {
      return Optional.of(Json.MAPPER.readTree(body));
    } catch (JsonProcessingException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static ErrorBody of(JsonNode root) {
    JsonNode own = root.isArray() && root.size() == 1 ? root.get(0) : root;
    List<Detail> details = new ArrayList<>();
    for (JsonNode error : own.path("errors")) {
      if (details.size() < DETAILS_LIMIT && error.isObject()) {
        details.add(
            new Detail(
                text(error, "code", TEXT_LIMIT),
                text(error, "field", TEXT_LIMIT),
                text(error, "message", MESSAGE_LIMIT)));
      }
    }
    // The 429 says "error" where everything else says "code" (P1).
    Optional<String> code = text(own, "code", TEXT_LIMIT).or(() -> text(own, "error", TEXT_LIMIT));
    boolean explained = !details.isEmpty() || (code.isPresent() && onlyKnown(own));
    Optional<String> message =
        message(own).or(() -> explained ? Optional.empty() : line(plain(own), TEXT_LIMIT));
    return new ErrorBody(BodyType.JSON, code, message, List.copyOf(details));
  }

  private static boolean onlyKnown(JsonNode root) {
    return root.properties().stream().allMatch(field -> KNOWN.contains(field.getKey()));
  }

  /** The message of the API, of ASP.NET, or of RFC 9457. */
  private static Optional<String> message(JsonNode root) {
    Optional<String> message =
        text(root, "message", MESSAGE_LIMIT).or(() -> text(root, "Message", MESSAGE_LIMIT));
    String problem =
        Stream.of("title", "detail")
            .flatMap(field -> text(root, field, MESSAGE_LIMIT).stream())
            .collect(Collectors.joining(": "));
    return message.or(() -> line(problem, MESSAGE_LIMIT));
  }

  /** What is not understood: a text, or the JSON as it is. */
  private static String plain(JsonNode root) {
    return root.isTextual()
        ? root.asText()
        : root.isContainerNode() && root.isEmpty() ? "" : root.toString();
  }

  private static Optional<String> text(JsonNode node, String field, int limit) {
    JsonNode value = node.path(field);
    return value.isValueNode() && !value.isNull() ? line(value.asText(), limit) : Optional.empty();
  }

  /** The title of a page; the rest of it may be of a record. */
  private static Optional<String> title(String html) {
    Matcher title = TITLE.matcher(html);
    return title.find() ? line(title.group(1), TEXT_LIMIT) : Optional.empty();
  }

  /** The text on one line, cut to a length; empty for white space. */
  static Optional<String> line(String text, int limit) {
    String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (line.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(line.length() <= limit ? line : line.substring(0, limit) + "…");
  }

  /**
   * Whether the message, or the message of a detail, contains this, whatever the case. It may be
   * what a record holds, so it is good for a hint and for nothing else.
   */
  boolean says(String words) {
    String wanted = words.toLowerCase(Locale.ROOT);
    return message.filter(it -> it.toLowerCase(Locale.ROOT).contains(wanted)).isPresent()
        || details.stream()
            .flatMap(it -> it.message().stream())
            .anyMatch(it -> it.toLowerCase(Locale.ROOT).contains(wanted));
  }

  boolean hasCode(String wanted) {
    return code.filter(wanted::equalsIgnoreCase).isPresent();
  }
}
