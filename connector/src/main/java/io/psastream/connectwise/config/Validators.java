package io.psastream.connectwise.config;

import io.psastream.connectwise.client.ClientSettings;
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

  private static final Pattern VERSION_TEXT = Pattern.compile("\\d{4}\\.\\d{1,2}|3\\.0\\.0");
  public static final Pattern TOPIC_TEXT = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
  private static final Pattern NAME_TEXT = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final Pattern USERNAME_TEXT = Pattern.compile("[^+\\s]+\\+[^+\\s]+");
  static final Pattern ALIAS_TEXT = Pattern.compile("[A-Za-z0-9_-]+");

  /** A name or an address, as it stands in a URL. */
  private static final Pattern HOST_TEXT =
      Pattern.compile("[A-Za-z0-9._-]{0,253}|\\[?[0-9A-Fa-f:.%]{2,45}]?");

  /** What a header can hold (RFC 9110: visible characters). */
  private static final Pattern CLIENT_ID_TEXT = Pattern.compile("[!-~]+");

  /** Quotes and brackets that stand around a value, of a shell, a text or a template. */
  private static final String OPENING = "\"'`<[({\u201c\u201e\u2018\u00ab";

  private static final String CLOSING = "\"'`>])}\u201d\u201c\u2019\u00bb";

  /** Control characters, and blanks and marks beyond ASCII. */
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{C}\\p{Z}&&[^ ]]");

  /** The most queries or routes of a connector; each has some thirty keys. */
  static final int MOST_ALIASES = 1_000;

  /** Ten years in milliseconds, which fit into nanoseconds. */
  public static final long TEN_YEARS = 315_360_000_000L;

  private static final Duration LONGEST_BACK = Duration.ofDays(36_500);
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  /** So much of a value is quoted. */
  private static final int QUOTED = 200;

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
              pasted(text)
                  .or(
                      () ->
                          matching(
                              USERNAME_TEXT,
                              text.trim(),
                              "expected the company id and the public key joined by a plus sign")));
  public static final Validator CODEBASE =
      text(
          "auto or a codebase such as v4_6_release",
          text -> problem(() -> ClientSettings.checkedCodebase(text), ""));
  public static final Validator API_VERSION =
      text(
          "empty or a version such as 2025.1",
          text ->
              text.isEmpty()
                  ? Optional.empty()
                  : matching(VERSION_TEXT, text, "expected a version such as 2025.1"));
  public static final Validator NAME =
      text(
          "empty or a name",
          text ->
              text.isBlank()
                  ? Optional.empty()
                  : matching(
                      NAME_TEXT, text.strip(), "use up to 100 letters, digits, dots, _ and -"));
  public static final Validator TOPIC =
      text(
          "a legal topic name",
          text -> matching(TOPIC_TEXT, text, "use up to 249 letters, digits, dots, _ and -"));
  public static final Validator REGEX = text("a regular expression", Validators::regexProblem);
  public static final Validator TIME_ZONE =
      text(
          "a time zone",
          text ->
              problem(
                  () -> ZoneId.of(text), "no such time zone; expected one as America/New_York"));
  public static final Validator START =
      text(
          "empty, a UTC time or a duration",
          text ->
              text.isEmpty()
                  ? Optional.empty()
                  : problem(
                      () -> text.startsWith("P") ? back(text) : time(text),
                      "expected a UTC time such as 2026-01-31T00:00:00Z or a duration such as P30D"));
  public static final Validator SECRET =
      new Secret(
          "not blank", text -> text.isBlank() ? Optional.of("must not be blank") : pasted(text));
  public static final Validator CLIENT_ID =
      new Secret(
          "letters, digits and signs of ASCII, as a GUID has",
          text -> pasted(text).or(() -> matching(CLIENT_ID_TEXT, text.strip(), "must be a GUID")));
  public static final Validator RATIO = new Ratio();
  public static final Validator ALIASES = new DistinctAliases();
  public static final Validator BROKERS = new Brokers();

  private Validators() {}

  public static boolean isRegex(String text) {
    return regexProblem(text).isEmpty();
  }

  /** Whether a pattern matches a whole text; not when it would take very long to tell. */
  public static boolean matches(Pattern pattern, String text) {
    try {
      return pattern.matcher(new BoundedText(text)).matches();
    } catch (IllegalStateException | StackOverflowError e) {
      return false;
    }
  }

  /** A text that ends the matching of a pattern which goes through it again and again. */
  private static final class BoundedText implements CharSequence {
    private static final int MOST_READS = 1_000_000;
    private final String text;
    private int reads;

    BoundedText(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++reads > MOST_READS) {
        throw new IllegalStateException("the pattern takes too long");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static Optional<String> regexProblem(String text) {
    try {
      Pattern.compile(text);
      return Optional.empty();
    } catch (PatternSyntaxException e) {
      return Optional.of("not a regular expression: " + e.getDescription());
    } catch (StackOverflowError e) {
      return Optional.of("the regular expression has too many levels");
    }
  }

  private static Duration back(String text) {
    Duration duration = Duration.parse(text);
    return duration.isNegative() || duration.compareTo(LONGEST_BACK) > 0 ? null : duration;
  }

  private static Instant time(String text) {
    Instant time = Instant.parse(text);
    return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
  }

  /**
   * What came along when a site or a credential was pasted, none of which has quotes around it or
   * characters that nobody sees. Shows nothing of the text.
   */
  private static Optional<String> pasted(String text) {
    String value = text.trim();
    if (value.length() > 1
        && OPENING.indexOf(value.charAt(0)) >= 0
        && CLOSING.indexOf(value.charAt(value.length() - 1)) >= 0) {
      return Optional.of("has quotes or brackets around it; remove them");
    }
    return INVISIBLE.matcher(value).find()
        ? Optional.of("has a character that cannot be seen; write it anew instead of pasting it")
        : Optional.empty();
  }

  private static Optional<String> siteProblem(String text) {
    Optional<String> pasted = pasted(text);
    if (pasted.isPresent()) {
      return pasted;
    }
    if (text.contains("@")) {
      return Optional.of("credentials belong into connectwise.username and connectwise.password");
    }
    try {
      URI uri = new URI(text.trim());
      return problem(() -> ClientSettings.checkedSite(uri), "");
    } catch (URISyntaxException e) {
      return Optional.of(
          "not a URL (" + e.getReason() + "). Example: https://na.myconnectwise.net");
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
    } catch (RuntimeException | StackOverflowError e) {
      return Optional.of(message.isEmpty() ? "it cannot be read" : message);
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
        description,
        problem,
        (name, value, what) -> new ConfigException(name, quoted(value), what));
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
    ConfigException of(String name, String value, String problem);
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
                    throw refusal.of(name, (String) value, what);
                  });
        }
      }

      @Override
      public String toString() {
        return description;
      }
    };
  }

  /** The beginning of a value, without the credentials of a URL. */
  private static String quoted(String text) {
    String shown = text.replaceAll("//[^/]*@", "//…@");
    return shown.length() > QUOTED ? shown.substring(0, QUOTED) + "…" : shown;
  }

  /** A check of a secret; the message never shows it. */
  private record Secret(String description, Function<String, Optional<String>> problem)
      implements Validator {
    @Override
    public void ensureValid(String name, Object value) {
      if (value instanceof Password secret) {
        problem
            .apply(secret.value())
            .ifPresent(
                what -> {
                  throw new ConfigException(name + " " + what);
                });
      }
    }

    @Override
    public String toString() {
      return description;
    }
  }

  /** A number from 0 to 1; Kafka's own range takes NaN, which is no bound of anything. */
  private static final class Ratio implements Validator {
    @Override
    public void ensureValid(String name, Object value) {
      double number = value instanceof Double given ? given : Double.NaN;
      if (!(number >= 0 && number <= 1)) {
        throw new ConfigException(name, value, "expected a number from 0 to 1");
      }
    }

    @Override
    public String toString() {
      return "[0,...,1]";
    }
  }

  /** Addresses of brokers, which Kafka's clients refuse without saying which is wrong. */
  private static final class Brokers implements Validator {
    private static final Pattern ADDRESS =
        Pattern.compile("(?:[\\w.%-]+://)?(?:[\\w.%-]+|\\[[\\w.:%-]+]):\\d{1,5}");

    @Override
    public void ensureValid(String name, Object value) {
      for (Object address : (List<?>) value) {
        if (!ADDRESS.matcher((String) address).matches()) {
          throw new ConfigException(
              name, quoted((String) address), "expected a host and its port, such as broker:9092");
        }
      }
    }

    @Override
    public String toString() {
      return "hosts with their ports";
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
      if (aliases.size() > MOST_ALIASES) {
        throw new ConfigException(
            name + " has more than " + MOST_ALIASES + " names; distribute them over connectors");
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
