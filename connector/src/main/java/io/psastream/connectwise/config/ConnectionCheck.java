package io.psastream.connectwise.config;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.fasterxml.jackson.core.JsonParser;
import io.psastream.connectwise.client.AnswerBody;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ClientSettings;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.ItemDecoder.Media;
import io.psastream.connectwise.client.Reaction;
import io.psastream.connectwise.client.Reaction.Situation;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a configuration with a few short calls to the site, and reports each refusal on the key
 * that causes it. A site that is only busy or slow is no reason to refuse a configuration, and
 * neither is a role that lacks a permission: it may be granted later.
 */
final class ConnectionCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionCheck.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /** The REST API of a worker gives a validation 90 s; a few queries share a third of that. */
  private static final Duration TIME_FOR_ALL = Duration.ofSeconds(30);

  private static final Pattern KEY = Pattern.compile("(https\\.ssl|connectwise)[.a-z]*[a-z]");

  private final Problems problems;
  private final Duration time;

  private ConnectionCheck(Problems problems, Duration time) {
    this.problems = problems;
    this.time = time;
  }

  /** Sends the calls; each is given by the key to report its refusal on. */
  static void of(ConnectionConfig connection, Map<String, Call> calls, Problems problems) {
    of(connection, calls, problems, TIME_FOR_ALL);
  }

  /** The same, in so much time at the most. */
  static void of(
      ConnectionConfig connection, Map<String, Call> calls, Problems problems, Duration time) {
    new ConnectionCheck(problems, time).run(connection, calls);
  }

  private void run(ConnectionConfig connection, Map<String, Call> calls) {
    // Completes at the deadline or when all is done, and closes the client either way: a task's
    // Retry-After holds up every client of the site.
    CompletableFuture<Void> end =
        new CompletableFuture<Void>().completeOnTimeout(null, time.toMillis(), MILLISECONDS);
    try (ConnectWiseClient client =
        ConnectWiseClient.open(withShortTimeouts(connection.settings()))) {
      CompletableFuture<Void> closed = end.thenRun(client::close);
      for (Map.Entry<String, Call> call : calls.entrySet()) {
        if (closed.isDone() || !tryCall(client, call)) {
          return;
        }
      }
    } finally {
      end.complete(null);
    }
  }

  /**
   * Sends a call; false if the connection itself fails, since the other calls would fail as well.
   */
  private boolean tryCall(ConnectWiseClient client, Map.Entry<String, Call> call) {
    try {
      client.send(call.getValue(), new Discard(media(call.getValue())));
      return true;
    } catch (ApiException e) {
      return report(call.getKey(), e.failure());
    }
  }

  private static Media media(Call call) {
    return switch (call.operation().answer()) {
      case LIST, REPORT, SINGLE, COUNT, BLANK -> Media.JSON;
      case BINARY -> Media.FILE;
      case HTML -> Media.PAGE;
    };
  }

  /** Checks that JSON is well-formed; leaves a file unread, which may be large. */
  private record Discard(Media media) implements ItemDecoder<Void> {

    @Override
    public boolean decode(AnswerBody body, Consumer<? super Void> items) throws IOException {
      if (media == Media.JSON) {
        try (JsonParser parser = body.parser()) {
          return AnswerBody.eachValue(parser, parser::skipChildren);
        }
      }
      return true;
    }
  }

  private boolean report(String optionsKey, Failure failure) {
    boolean unanswered =
        failure.status() == 0
            && (failure.kind() == Kind.UNAVAILABLE || failure.kind() == Kind.TIMEOUT);
    if (unanswered) {
      problems.add(ConnectionKeys.SITE_URL, "the site cannot be reached: " + withHint(failure));
    } else if (ofClientId(failure)
        || Reaction.to(failure.kind(), Situation.LIVE_CHECK) == Reaction.REFUSE_CONFIG) {
      refuse(optionsKey, failure);
    } else {
      LOG.warn("The configuration could not be checked against the site: {}", failure);
    }
    return switch (failure.kind()) {
      case FORBIDDEN, REJECTED -> !ofClientId(failure);
      case UNAUTHORIZED, MISROUTED, UNAVAILABLE, TIMEOUT, CANCELLED -> false;
      default -> true;
    };
  }

  private static String withHint(Failure failure) {
    return failure + failure.hint().map(hint -> ". " + hint).orElse("");
  }

  private void refuse(String optionsKey, Failure failure) {
    Optional<String> tls =
        failure.status() == 0 ? failure.hint().flatMap(ConnectionCheck::key) : Optional.empty();
    if (failure.status() == 407) {
      problems.add(ConnectionKeys.PROXY_USER, "the proxy refuses it: " + failure);
      problems.add(ConnectionKeys.PROXY_PASSWORD, "the proxy refuses it: " + failure);
    } else if (tls.isPresent()) {
      problems.add(tls.get(), withHint(failure));
    } else if (failure.kind() == Kind.UNAUTHORIZED || ofClientId(failure)) {
      refuseCredentials(failure);
    } else if (failure.kind() == Kind.MISROUTED) {
      problems.add(ConnectionKeys.SITE_URL, "the API does not answer there: " + withHint(failure));
    } else {
      problems.add(optionsKey, "the site refuses it: " + failure);
    }
  }

  /**
   * Whether the API says that the clientId is missing or not known, which it answers with 400, 401
   * or 403 (docs/connectwise-api.md section 1): every call would fail.
   */
  private static boolean ofClientId(Failure failure) {
    return switch (failure.kind()) {
      case UNAUTHORIZED, FORBIDDEN, REJECTED -> mentions(failure, "clientid");
      default -> false;
    };
  }

  /** Whether the answer has these words, however it separates them. */
  private static boolean mentions(Failure failure, String... words) {
    String said =
        Stream.concat(
                Stream.of(failure.code(), failure.message()).flatMap(Optional::stream),
                failure.details().stream().map(Failure.Detail::toString))
            .collect(Collectors.joining(" "))
            .toLowerCase(Locale.ROOT)
            .replaceAll("[ _-]", "");
    return Stream.of(words).anyMatch(said::contains);
  }

  /** On the key that the answer points to; on both of a pair where it points to neither. */
  private void refuseCredentials(Failure failure) {
    if (ofClientId(failure)) {
      problems.add(ConnectionKeys.CLIENT_ID, "the site does not know this clientId: " + failure);
    } else if (mentions(failure, "company", "publickey", "username")) {
      problems.add(
          ConnectionKeys.USERNAME, "the site refuses the company or the public key: " + failure);
    } else if (mentions(failure, "privatekey", "password")) {
      problems.add(ConnectionKeys.PASSWORD, "the site refuses the private key: " + failure);
    } else {
      String refusal =
          "the site refuses the public key in the username or the private key, without saying which"
              + " (a clientId would be named): "
              + failure;
      problems.add(ConnectionKeys.USERNAME, refusal);
      problems.add(ConnectionKeys.PASSWORD, refusal);
    }
  }

  /** The first key that a hint names, which is to be changed where nothing was answered. */
  private static Optional<String> key(String hint) {
    Matcher key = KEY.matcher(hint);
    return key.find() ? Optional.of(key.group()) : Optional.empty();
  }

  private static ClientSettings withShortTimeouts(ClientSettings settings) {
    return new ClientSettings(
        settings.site(),
        settings.credentials(),
        settings.codebase(),
        settings.apiVersion(),
        shorter(settings.connectTimeout(), CONNECT_TIMEOUT),
        shorter(settings.requestTimeout(), REQUEST_TIMEOUT),
        new ClientSettings.Retry(0, settings.retry().backoff(), settings.retry().backoffMax()),
        settings.maxInFlight(),
        settings.requestsPerMinute(),
        settings.maxResponseBytes(),
        settings.maxMemoryBytes(),
        settings.tls(),
        settings.proxy());
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
