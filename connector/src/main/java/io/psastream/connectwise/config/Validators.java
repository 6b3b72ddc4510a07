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

/** Checks of single values; their texts read well in the reference. */
public final class Validators {

  private static final Pattern CODEBASE_TEXT = Pattern.compile("auto|v[0-9A-Za-z_.]+");
  private static final Pattern VERSION_TEXT = Pattern.compile("\\d{4}\\.\\d{1,2}|3\\.0\\.0");
  public static final Pattern TOPIC_TEXT = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
  private static final Pattern ALIAS_TEXT = Pattern.compile("[A-Za-z0-9_-]+");

  public static final Validator SITE =
      text("an http or https URL without a path", Validators::siteProblem);
  public static final Validator USERNAME =
      text(
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
  public static final Validator ALIASES = new AliasList();

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
    try {
      URI uri = new URI(text.trim());
      if (!"https".equalsIgnoreCase(uri.getScheme()) && !"http".equalsIgnoreCase(uri.getScheme())) {
        return Optional.of("expected https://<host>, such as https://na.myconnectwise.net");
      }
      if (uri.getHost() == null) {
        return Optional.of("the URL has no host");
      }
      if (uri.getUserInfo() != null) {
        return Optional.of("credentials belong into connectwise.username and connectwise.password");
      }
      return uri.getQuery() == null && uri.getFragment() == null
          ? Optional.empty()
          : Optional.of("leave out what follows the host");
    } catch (URISyntaxException e) {
      return Optional.of("not a URL: " + e.getReason());
    }
  }

  /** What is wrong if this fails; its own message where none is given. */
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

  /** A check that answers with a problem; null values are left to the check for required keys. */
  public static Validator text(String description, Function<String, Optional<String>> problem) {
    return new Validator() {
      @Override
      public void ensureValid(String name, Object value) {
        if (value != null) {
          problem
              .apply((String) value)
              .ifPresent(
                  what -> {
                    throw new ConfigException(name, value, what);
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

  /** Names that can stand between the dots of a key. */
  private static final class AliasList implements Validator {
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
