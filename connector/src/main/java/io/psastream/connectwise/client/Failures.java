package io.psastream.connectwise.client;

import io.psastream.connectwise.client.ErrorBody.BodyType;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import okhttp3.Headers;

/**
 * Classifies failed answers and broken connections: the kind of failure and what to change. Pure.
 * It never sees the body, the query or the credentials of a request, and of an answer it shows
 * nothing but the API's own fields, the title of a page and texts that are known.
 */
final class Failures {

  private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(10);
  private static final String CHECK_KEYS =
      "Check connectwise.username, connectwise.password and connectwise.client.id";
  static final String CHECK_URL =
      "Check connectwise.site.url and connectwise.codebase; ConnectWise's cloud gives this answer"
          + " also for a wrong company or key (connectwise.username, connectwise.password)";

  private static final String NOT_HTTP =
      "What answers does not speak HTTP, or damages its answers: check connectwise.site.url and"
          + " http.proxy.host";

  private static final String CHECK_ROLE =
      "The security role of the API member does not permit this operation";
  private static final String CHECK_HOST =
      "On ConnectWise's cloud the API answers at the host with the prefix api-, such as"
          + " https://api-na.myconnectwise.net: check connectwise.site.url";
  private static final String CHECK_VERSION = "Change or remove connectwise.api.version";

  /** What a gateway says in plain text; any other text may be of a record, and is not shown. */
  private static final String CANNOT_ROUTE = "Cannot route. Codebase/company is invalid";

  private static final int HOST_LIMIT = 300;

  /** How okio's messages of damaged gzip begin. */
  private static final Pattern DAMAGED =
      Pattern.compile("ID1ID2|FHCRC|CRC|ISIZE|gzip |java\\.util\\.zip");

  /** What OkHttp says of an answer that is shorter than its length. */
  private static final String BROKEN_OFF = "unexpected end of stream";

  /** Statuses of requests that were refused before they were applied; 52x are Cloudflare's. */
  private static final Set<Integer> NOT_APPLIED = Set.of(403, 425, 521, 522, 523, 525, 526, 530);

  private Failures() {}

  /** The failure of an answer other than 2xx, or of one that holds an error in spite of it. */
  static Failure ofAnswer(String call, int status, Headers headers, ErrorBody body) {
    Kind kind = kind(status, body);
    return new Failure(
        kind,
        call,
        status,
        body.code(),
        message(status, headers, body),
        body.details(),
        requestId(headers),
        retryAfter(headers),
        hint(kind, status, body));
  }

  /**
   * The failure of a connection that broke.
   *
   * @param status the status that was received before; 0 for none
   * @param sent whether the request may have arrived
   */
  static Failure ofNetwork(String call, IOException cause, int status, boolean sent) {
    boolean slow = cause instanceof InterruptedIOException && sent;
    String text = cause.getClass().getSimpleName() + reason(cause);
    if (isBroken(cause, status)) {
      return Failure.of(Kind.MISROUTED, call, status, "The answer is broken HTTP (" + text + ")")
          .withHint(NOT_HTTP);
    }
    Failure failure =
        Failure.of(
            slow ? Kind.TIMEOUT : Kind.UNAVAILABLE,
            call,
            status,
            ErrorBody.line(text, ErrorBody.MESSAGE_LIMIT).orElse(""));
    if (slow) {
      return failure.withHint(
          "The answer took longer than http.request.timeout.ms: raise it or, for a list, lower"
              + " page.size");
    }
    return cause instanceof SSLException && !sent
        ? failure.withHint(
            "The TLS handshake failed: check connectwise.site.url and the properties https.ssl.*")
        : failure;
  }

  /** A fault of the library that reads HTTP, at an answer which it did not expect. */
  static ProtocolException brokenHttp(RuntimeException fault) {
    ProtocolException broken = new ProtocolException(fault.getClass().getSimpleName());
    broken.initCause(fault);
    return broken;
  }

  /**
   * Whether what arrived is no answer, so that the same would come again, rather than cut off. Of
   * gzip that is damaged OkHttp says so with a plain exception.
   */
  private static boolean isBroken(IOException cause, int status) {
    List<Throwable> chain = chain(cause);
    boolean cut =
        chain.stream()
            .anyMatch(each -> each instanceof EOFException || BROKEN_OFF.equals(each.getMessage()));
    boolean gzip =
        status != 0
            && cause.getClass() == IOException.class
            && DAMAGED.matcher(String.valueOf(cause.getMessage())).lookingAt();
    return !cut && (gzip || chain.stream().anyMatch(ProtocolException.class::isInstance));
  }

  private static List<Throwable> chain(Throwable exception) {
    return Stream.iterate(exception, Objects::nonNull, Throwable::getCause).toList();
  }

  /**
   * Whether something has answered of which nobody can tell what it did: a gateway, or what is no
   * HTTP. It may pass, and what was sent may have been applied.
   */
  static boolean unreadable(Failure failure) {
    int status = failure.status();
    return status / 100 == 2
        || isOdd(status)
        || failure.hint().filter(NOT_HTTP::equals).isPresent();
  }

  /** Statuses that HTTP does not have as the last one of an answer. */
  private static boolean isOdd(int status) {
    return status != 0 && (status < 200 || status > 599);
  }

  private static String reason(IOException cause) {
    boolean shown =
        cause.getMessage() != null
            && (!quotesItself(cause)
                || cause instanceof SocketBytes.TooMuch
                || cause.getMessage().equals(BROKEN_OFF));
    return shown ? ": " + cause.getMessage() : "";
  }

  /** Of HTTP that is broken, OkHttp's messages show the line that it could not read. */
  private static boolean quotesItself(Throwable exception) {
    return exception instanceof ProtocolException || exception instanceof EOFException;
  }

  /** The exception, or one like it where its message or that of a cause may quote an answer. */
  static IOException withoutQuotes(IOException exception) {
    boolean quotes = chain(exception).stream().anyMatch(Failures::quotesItself);
    if (!quotes) {
      return exception;
    }
    IOException same = new IOException(exception.getClass().getSimpleName() + reason(exception));
    same.setStackTrace(exception.getStackTrace());
    return same;
  }

  /**
   * The failure of a call that must not be repeated: {@code AMBIGUOUS} unless it is certain that
   * the call was not applied (P35), or it is the API's own error that says why (P8).
   */
  static Failure unrepeatable(Failure failure, boolean sent) {
    boolean lost =
        switch (failure.kind()) {
          // A 503 with Retry-After is the API's own; any other may be a gateway's.
          case TIMEOUT, UNAVAILABLE ->
              !NOT_APPLIED.contains(failure.status())
                  && !(failure.status() == 503 && failure.retryAfter().isPresent());
          case REJECTED, TOO_LARGE, MISROUTED -> unreadable(failure);
          case UNKNOWN -> failure.code().isEmpty();
          default -> false;
        };
    return sent && lost
        ? failure.as(Kind.AMBIGUOUS, "The call may have been applied, so it is not sent again")
        : failure;
  }

  /**
   * The kind of an answer, by its status, its code and its form. What its texts say decides
   * nothing, since the API repeats in them what a record holds; only a text that is no JSON is
   * compared, as a whole.
   */
  private static Kind kind(int status, ErrorBody body) {
    if (status / 100 == 2) {
      return Kind.UNKNOWN; // an error in the place of a list, whose status it does not say
    }
    if (status < 400 || isOdd(status) || (status < 500 && isUnrouted(body))) {
      return Kind.MISROUTED; // docs/connectwise-api.md section 1
    }
    return status < 500 ? refused(status, body) : broken(status);
  }

  private static Kind refused(int status, ErrorBody body) {
    return switch (status) {
      case 401, 407 -> Kind.UNAUTHORIZED;
      case 403 ->
          body.type() == BodyType.HTML
              ? Kind.UNAVAILABLE // a gateway's block page, not the API's answer (P6)
              : Kind.FORBIDDEN;
      case 404 ->
          // Only this proves that an item is gone (P3).
          body.hasCode("NotFound") ? Kind.NOT_FOUND : Kind.MISROUTED;
      case 408 -> Kind.TIMEOUT;
      case 409, 423 -> Kind.CONFLICT;
      case 421 -> Kind.MISROUTED;
      case 425 -> Kind.UNAVAILABLE;
      case 429 -> Kind.THROTTLED;
      default -> Kind.REJECTED;
    };
  }

  private static Kind broken(int status) {
    return switch (status) {
      case 500 -> Kind.UNKNOWN; // P8, P9
      case 501 -> Kind.REJECTED;
      case 504, 524 -> Kind.TIMEOUT;
      default -> Kind.UNAVAILABLE;
    };
  }

  /** The gateway's answer to a wrong company or codebase, which is no JSON. */
  private static boolean isUnrouted(ErrorBody body) {
    return body.type() == BodyType.TEXT
        && body.message().filter(CANNOT_ROUTE::equalsIgnoreCase).isPresent();
  }

  private static Optional<String> message(int status, Headers headers, ErrorBody body) {
    if (status / 100 == 3) {
      return Optional.of("Redirected to " + host(headers.get("Location")));
    }
    return switch (body.type()) {
      case JSON -> body.message();
      case TEXT -> isUnrouted(body) ? Optional.of(CANNOT_ROUTE) : Optional.empty();
      case HTML -> Optional.of("HTML page" + body.message().map(it -> ": " + it).orElse(""));
      case EMPTY -> Optional.empty();
    };
  }

  /** A redirect's query may hold a session, so only its scheme and host are shown. */
  private static String host(String location) {
    try {
      URI uri = URI.create(location == null ? "" : location);
      return ErrorBody.line(uri.getScheme() + "://" + uri.getHost(), HOST_LIMIT)
          .filter(host -> uri.getHost() != null)
          .orElse("another path");
    } catch (IllegalArgumentException e) {
      return "a malformed URL";
    }
  }

  /** What to check, for which the texts of the answer are good enough. */
  private static Optional<String> hint(Kind kind, int status, ErrorBody body) {
    return Optional.ofNullable(
        switch (kind) {
          case UNAUTHORIZED ->
              status == 407
                  ? "The proxy rejects the credentials: check http.proxy.user and"
                      + " http.proxy.password"
                  : CHECK_KEYS;
          case FORBIDDEN ->
              body.says("SSL is required.")
                  ? CHECK_HOST
                  : body.says("clientId") ? CHECK_KEYS : CHECK_ROLE;
          case MISROUTED -> body.says("API version") ? CHECK_VERSION : CHECK_URL;
          case REJECTED ->
              status == 414
                  ? "The URL is too long: shorten the conditions or the fields in the options"
                  : status == 400 && body.says("clientId") ? CHECK_KEYS : null;
          default -> null;
        });
  }

  static Optional<String> requestId(Headers headers) {
    return Optional.ofNullable(headers.get("x-cw-request-id"))
        .or(() -> Optional.ofNullable(headers.get("cf-ray")).map(it -> "cf-ray " + it));
  }

  /** Seconds or an HTTP date, capped; empty when it is malformed or past. */
  private static Optional<Duration> retryAfter(Headers headers) {
    String text = headers.get("Retry-After");
    if (text == null) {
      return Optional.empty();
    }
    Duration wait;
    if (text.strip().matches("[0-9]+")) {
      String digits = text.strip();
      wait = digits.length() > 9 ? RETRY_AFTER_MAX : Duration.ofSeconds(Long.parseLong(digits));
    } else {
      Instant until = headers.getInstant("Retry-After");
      // Relative to the server's clock, since the local one may be wrong.
      Instant now = headers.getInstant("Date");
      if (until == null) {
        return Optional.empty();
      }
      wait = Duration.between(now == null ? Instant.now() : now, until);
    }
    return wait.isNegative() || wait.isZero()
        ? Optional.empty()
        : Optional.of(wait.compareTo(RETRY_AFTER_MAX) < 0 ? wait : RETRY_AFTER_MAX);
  }
}
