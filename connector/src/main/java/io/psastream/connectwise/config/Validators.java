package io.psastream.connectwise.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef.Recommender;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Checks of single values, with the descriptions that the configuration reference shows. */
public final class Validators {

  private static final Pattern CODEBASE_TEXT = Pattern.compile("auto|v[0-9A-Za-z_.]+");
  private static final Pattern VERSION_TEXT = Pattern.compile("\\d{4}\\.\\d{1,2}|3\\.0\\.0");
  public static final Pattern TOPIC_TEXT = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
  private static final Pattern HOST_TEXT =
      Pattern.compile("[\\p{Alnum}._-]*|\\[?\\p{XDigit}*:\\p{XDigit}*:[\\p{XDigit}:.%]*]?");
  private static final Pattern ALIAS_TEXT = Pattern.compile("[A-Za-z0-9_-]+");

  public static final Validator SITE =
      unquoted("an http or https URL without a path", Validators::siteProblem);
  public static final Validator PROXY_HOST =
      unquoted(
          "empty, or the name or address of a host",
          text ->
              HOST_TEXT.matcher(text.trim()).matches()
                  ? Optional.empty()
                  : Optional.of(
                      "expected the name of a host alone; its port belongs into http.proxy.port,"
                          + " credentials into http.proxy.user and http.proxy.password"));
  public static final Validator USERNAME =
      unquoted(
          "company+publicKey",
          text ->
              text.trim().matches("[^+\\s]+\\+[^+\\s]+")
                  ? Optional.empty()
                  : Optional.of(
                      "expected the company id and the public key joined by a plus sign"));
  public static final Validator CODEBASE =
      text(
          "auto or a codebase such as v4_6_release",
          text -> matching(CODEBASE_TEXT, text, "expected auto or one such as v4_6_release"));
  public static final Validator API_VERSION =
      text(
          "empty or a version such as 2025.1",
          text ->
              text.isEmpty()
                  ? Optional.empty()
                  : matching(VERSION_TEXT, text, "expected a version such as 2025.1"));
  public static final Validator TOPIC =
      text(
          "a legal topic name",
          text -> matching(TOPIC_TEXT, text, "use up to 249 letters, digits, dots, _ and -"));
  public static final Validator REGEX = text("a regular expression", Validators::regexProblem);
  public static final Validator TIME_ZONE =
      text("a time zone", text -> problem(() -> ZoneId.of(text), "no such time zone"));
  public static final Validator START =
      text(
          "empty, a UTC time or a duration",
          text ->
              text.isEmpty()
                  ? Optional.empty()
                  : problem(
                      () -> text.startsWith("P") ? Duration.parse(text) : Instant.parse(text),
                      "expected a UTC time such as 2026-01-31T00:00:00Z or a duration such as P30D"));
  public static final Validator SECRET = new Secret();
  public static final Validator ALIASES = new DistinctAliases();

  private Validators() {}

  public static boolean isRegex(String text) {
    return regexProblem(text).isEmpty();
  }

  private static Optional<String> regexProblem(String text) {
    try {
      Pattern.compile(text);
      return Optional.empty();
    } catch (PatternSyntaxException e) {
      return Optional.of("not a regular expression: " + e.getDescription());
    }
  }

  private static Optional<String> siteProblem(String text) {
    if (text.contains("@")) {
      return Optional.of("credentials belong into connectwise.username and connectwise.password");
    }
    try {
      URI uri = new URI(text.trim());
      if (!"https".equalsIgnoreCase(uri.getScheme()) && !"http".equalsIgnoreCase(uri.getScheme())) {
        return Optional.of("expected https://<host>, such as https://na.myconnectwise.net");
      }
      if (uri.getHost() == null) {
        return Optional.of("the URL has no host");
      }
      return uri.getQuery() == null && uri.getFragment() == null
          ? Optional.empty()
          : Optional.of("leave out what follows the host");
    } catch (URISyntaxException e) {
      return Optional.of("not a URL: " + e.getReason());
    }
  }

  /**
   * A problem if the attempt throws or gives null; an empty message stands for the exception's own.
   */
  public static Optional<String> problem(Supplier<?> attempt, String message) {
    try {
      return attempt.get() == null ? Optional.of(message) : Optional.empty();
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.of(message.isEmpty() ? String.valueOf(e.getMessage()) : message);
    }
  }

  private static Optional<String> matching(Pattern pattern, String text, String problem) {
    return pattern.matcher(text).matches() ? Optional.empty() : Optional.of(problem);
  }

  /** One of these words, whatever their case. */
  public static Validator oneOf(List<String> words) {
    return text(
        "one of " + String.join(", ", words),
        text ->
            words.contains(text.toLowerCase(Locale.ROOT))
                ? Optional.empty()
                : Optional.of("expected one of " + String.join(", ", words)));
  }

  public static Recommender recommend(List<String> words) {
    return new Recommender() {
      @Override
      public List<Object> validValues(String name, Map<String, Object> parsed) {
        return List.copyOf(words);
      }

      @Override
      public boolean visible(String name, Map<String, Object> parsed) {
        return true;
      }
    };
  }

  /**
   * A check of a text by a function that gives the problem; null is left to the check for required
   * keys.
   */
  public static Validator text(String description, Function<String, Optional<String>> problem) {
    return text(
        description, problem, (name, value, what) -> new ConfigException(name, value, what));
  }

  /** The same for a text that may have a secret in it, pasted or by mistake. */
  private static Validator unquoted(
      String description, Function<String, Optional<String>> problem) {
    return text(
        description,
        problem,
        (name, value, what) -> new ConfigException("Invalid value of " + name + ": " + what));
  }

  /** Says what is wrong with the value of a key. */
  @FunctionalInterface
  private interface Refusal {
    ConfigException of(String name, Object value, String problem);
  }

  private static Validator text(
      String description, Function<String, Optional<String>> problem, Refusal refusal) {
    return new Validator() {
      @Override
      public void ensureValid(String name, Object value) {
        if (value != null) {
          problem
              .apply((String) value)
              .ifPresent(
                  what -> {
                    throw refusal.of(name, value, what);
                  });
        }
      }

      @Override
      public String toString() {
        return description;
      }
    };
  }

  /** A secret that is not blank; the message never shows it. */
  private static final class Secret implements Validator {
    @Override
    public void ensureValid(String name, Object value) {
      if (value instanceof Password secret && secret.value().isBlank()) {
        throw new ConfigException(name + " must not be blank");
      }
    }

    @Override
    public String toString() {
      return "not blank";
    }
  }

  /** Names that can be a part of a key. */
  private static final class DistinctAliases implements Validator {
    @Override
    public void ensureValid(String name, Object value) {
      List<?> aliases = (List<?>) value;
      for (Object alias : aliases) {
        if (!ALIAS_TEXT.matcher((String) alias).matches()) {
          throw new ConfigException(name, alias, "use letters, digits, _ and - only");
        }
      }
      if (aliases.stream().distinct().count() < aliases.size()) {
        throw new ConfigException(name, value, "an alias is given twice");
      }
    }

    @Override
    public String toString() {
      return "distinct names of letters, digits, _ and -";
    }
  }
}
