package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.psastream.connectwise.client.Failure.Kind;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each answer of the API and its gateways means, in whole messages. */
class FailuresTest {

  private static final String CALL = "getServiceTickets GET /service/tickets";
  private static final String KEYS =
      ". Check connectwise.username, connectwise.password and connectwise.client.id";
  private static final String ROUTE =
      ". Check connectwise.site.url and connectwise.codebase; ConnectWise's cloud gives this answer"
          + " also for a wrong company or key (connectwise.username, connectwise.password)";

  private static Failure failure(int status, String body, String... headers) {
    boolean html = body.contains("<html");
    return Failures.ofAnswer(CALL, status, Headers.of(headers), ErrorBody.parse(body, html));
  }

  private static Arguments row(int status, String body, Kind kind, String message) {
    return arguments(status, body, kind, CALL + " → " + message);
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        row(
            400,
            "{\"code\":\"ApiFindCondition\",\"message\":\"resources/identifier is not a recognized"
                + " name.\"}",
            Kind.REJECTED,
            "400 ApiFindCondition \"resources/identifier is not a recognized name.\""),
        row(
            400,
            "{\"code\":\"InvalidObject\",\"message\":\"contact object is invalid\",\"errors\":"
                + "[{\"code\":\"MissingRequiredField\",\"message\":\"The firstName field is"
                + " required.\",\"resource\":\"contact\",\"field\":\"firstName\"},"
                + "{\"code\":\"NotFound\",\"message\":\"Status 17 not found\"},"
                + "{\"code\":\"Odd\",\"field\":\"x\"}]}",
            Kind.REJECTED,
            "400 InvalidObject \"contact object is invalid\" [firstName: The firstName field is"
                + " required.; Status 17 not found; x: Odd]"),
        row(
            400,
            "Cannot route. Codebase/company is invalid",
            Kind.MISROUTED,
            "400 \"Cannot route. Codebase/company is invalid\"" + ROUTE),
        row(
            400,
            "{\"message\":\"The clientID header is missing\"}",
            Kind.REJECTED,
            "400 \"The clientID header is missing\"" + KEYS),
        row(
            400,
            "<html><title>Bad Request</title></html>",
            Kind.REJECTED,
            "400 \"HTML page: Bad Request\""),
        row(
            401,
            "{\"code\":\"Unauthorized\",\"message\":\"No.\"}",
            Kind.UNAUTHORIZED,
            "401 Unauthorized \"No.\"" + KEYS),
        row(401, "", Kind.UNAUTHORIZED, "401" + KEYS),
        row(
            403,
            "{\"code\":\"ConnectWiseApi\",\"message\":\"UserNotAuthenticated\"}",
            Kind.FORBIDDEN,
            "403 ConnectWiseApi \"UserNotAuthenticated\". The security role of the API member does"
                + " not permit this operation"),
        row(
            403,
            "{\"code\":\"Security\",\"message\":\"You do not have security permission to perform"
                + " this action.\"}",
            Kind.FORBIDDEN,
            "403 Security \"You do not have security permission to perform this action.\". The"
                + " security role of the API member does not permit this operation"),
        row(
            403,
            "{\"code\":\"Security\",\"message\":\"SSL is required.\",\"errors\":null}",
            Kind.FORBIDDEN,
            "403 Security \"SSL is required.\". On ConnectWise's cloud the API answers at the host"
                + " with the prefix api-, such as https://api-na.myconnectwise.net: check"
                + " connectwise.site.url"),
        row(
            403,
            "<!DOCTYPE html><html><head><title>Attention Required! |\n Cloudflare</title>",
            Kind.UNAVAILABLE,
            "403 \"HTML page: Attention Required! | Cloudflare\""),
        row(
            404,
            "{\"code\":\"NotFound\",\"message\":\"Contact 57919 not found\"}",
            Kind.NOT_FOUND,
            "404 NotFound \"Contact 57919 not found\""),
        row(
            404,
            "{\"code\":\"ConnectWiseApi\",\"message\":\"The endpoint does not exist.\"}",
            Kind.MISROUTED,
            "404 ConnectWiseApi \"The endpoint does not exist.\"" + ROUTE),
        row(404, "", Kind.MISROUTED, "404" + ROUTE),
        row(
            404,
            "<html><body><h2>404 - File or directory not found.</h2></body></html>",
            Kind.MISROUTED,
            "404 \"HTML page\"" + ROUTE),
        row(
            404,
            "{\"code\":\"ConnectWiseApi\",\"message\":\"The HTTP resource does not support the API"
                + " version '0.0'.\"}",
            Kind.MISROUTED,
            "404 ConnectWiseApi \"The HTTP resource does not support the API version '0.0'.\"."
                + " Change or remove connectwise.api.version"),
        row(405, "", Kind.REJECTED, "405"),
        row(
            407,
            "",
            Kind.UNAUTHORIZED,
            "407. The proxy rejects the credentials: check http.proxy.user and"
                + " http.proxy.password"),
        row(408, "", Kind.TIMEOUT, "408"),
        row(409, "{\"message\":\"in use\"}", Kind.CONFLICT, "409 \"in use\""),
        row(
            414,
            "",
            Kind.REJECTED,
            "414. The URL is too long: shorten the conditions or the fields in the options"),
        row(
            429,
            "{\"error\":\"ConnectWiseAPI\",\"message\":\"Too many requests.\"}",
            Kind.THROTTLED,
            "429 ConnectWiseAPI \"Too many requests.\""),
        row(429, "<html></html>", Kind.THROTTLED, "429 \"HTML page\""),
        row(
            500,
            "{\"code\":\"ConnectWiseApi\",\"message\":\"String was not recognized as a valid"
                + " Boolean.\"}",
            Kind.UNKNOWN,
            "500 ConnectWiseApi \"String was not recognized as a valid Boolean.\""),
        row(
            500,
            "{\"message\":\"Execution Timeout Expired.\"}",
            Kind.UNKNOWN,
            "500 \"Execution Timeout Expired.\""),
        row(
            502,
            "<html><title>Bad\0 Gateway</title>",
            Kind.UNAVAILABLE,
            "502 \"HTML page: Bad Gateway\""),
        row(503, "Service Unavailable", Kind.UNAVAILABLE, "503"),
        row(504, "", Kind.TIMEOUT, "504"),
        row(524, "", Kind.TIMEOUT, "524"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void classifiesAnswers(int status, String body, Kind kind, String message) {
    Failure failure = failure(status, body);

    assertThat(new ApiException(failure)).hasMessage(message);
    assertThat(failure.kind()).isEqualTo(kind);
  }

  @Test
  void showsWhereARedirectLeadsWithoutItsPathAndQuery() {
    Failure failure = failure(302, "", "Location", "https://login.example.com/x?session=secret");

    assertThat(failure).hasToString(CALL + " → 302 \"Redirected to https://login.example.com\"");
    assertThat(failure.kind()).isEqualTo(Kind.MISROUTED);
  }

  @Test
  void namesTheRequestIdOrCloudflares() {
    assertThat(failure(404, "", "x-cw-request-id", "a1", "cf-ray", "b2"))
        .hasToString(CALL + " → 404 (x-cw-request-id a1)");
    assertThat(failure(404, "", "cf-ray", "b2")).hasToString(CALL + " → 404 (cf-ray b2)");
  }

  @ParameterizedTest
  @CsvSource({
    "30, 30",
    "' 5 ', 5",
    "86400, 600",
    "99999999999999999999, 600",
    "'Wed, 01 Jan 2025 00:01:30 GMT', 90",
    "'Wed, 01 Jan 2025 09:00:00 GMT', 600",
  })
  void readsHowLongToWait(String header, long seconds) {
    Failure failure =
        failure(429, "", "Retry-After", header, "Date", "Wed, 01 Jan 2025 00:00:00 GMT");

    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"0", "-5", "soon", "'Tue, 31 Dec 2024 23:00:00 GMT'"})
  void ignoresAWaitThatIsPastOrMalformed(String header) {
    Failure failure =
        failure(429, "", "Retry-After", header, "Date", "Wed, 01 Jan 2025 00:00:00 GMT");

    assertThat(failure.retryAfter()).isEmpty();
  }

  @Test
  void aBrokenConnectionIsUnavailableAndASlowAnswerATimeout() {
    Failure refused = Failures.ofNetwork(CALL, new ConnectException("refused"), 0, false);
    Failure slow = Failures.ofNetwork(CALL, new SocketTimeoutException("timeout"), 0, true);
    Failure connect = Failures.ofNetwork(CALL, new SocketTimeoutException("timeout"), 0, false);
    Failure tls = Failures.ofNetwork(CALL, new SSLHandshakeException("no trust"), 0, false);

    assertThat(refused).hasToString(CALL + " → no answer \"ConnectException: refused\"");
    assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(new ApiException(slow))
        .hasMessage(
            CALL
                + " → no answer \"SocketTimeoutException: timeout\". The answer took longer than"
                + " http.request.timeout.ms: raise it or, for a list, lower page.size");
    assertThat(slow.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(connect.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(tls.hint())
        .contains(
            "The TLS handshake failed: check connectwise.site.url and the properties https.ssl.*");
  }

  @ParameterizedTest
  @CsvSource({
    "TIMEOUT, 0, true, AMBIGUOUS",
    "UNAVAILABLE, 0, true, AMBIGUOUS",
    "UNAVAILABLE, 0, false, UNAVAILABLE",
    "UNAVAILABLE, 200, true, AMBIGUOUS",
    "UNAVAILABLE, 502, true, AMBIGUOUS",
    "TIMEOUT, 500, true, AMBIGUOUS",
    "TIMEOUT, 504, true, AMBIGUOUS",
    "UNAVAILABLE, 503, true, AMBIGUOUS",
    "UNAVAILABLE, 403, true, UNAVAILABLE",
    "UNAVAILABLE, 521, true, UNAVAILABLE",
    "THROTTLED, 429, true, THROTTLED",
    "CONFLICT, 409, true, CONFLICT",
    "UNKNOWN, 500, true, AMBIGUOUS",
    "MISROUTED, 201, true, AMBIGUOUS",
    "MISROUTED, 101, true, AMBIGUOUS",
    "MISROUTED, 600, true, AMBIGUOUS",
    "MISROUTED, 404, true, MISROUTED",
    "REJECTED, 400, true, REJECTED",
    "REJECTED, 200, true, AMBIGUOUS",
  })
  void aLostAnswerToAWriteIsAmbiguous(Kind kind, int status, boolean sent, Kind meaning) {
    Failure failure = Failures.unrepeatable(Failure.of(kind, CALL, status, "x"), sent);

    assertThat(failure.kind()).isEqualTo(meaning);
    if (meaning == Kind.AMBIGUOUS) {
      assertThat(failure.hint())
          .contains("The call may have been applied, so it is not sent again");
    }
  }

  @Test
  void a500ThatSaysWhyWasNotApplied() {
    Failure failure = failure(500, "{\"code\":\"ConnectWiseApi\",\"message\":\"No.\"}");

    assertThat(Failures.unrepeatable(failure, true)).isEqualTo(failure);
  }

  /** The API repeats in its texts what a record holds. */
  @Test
  void noTextOfAnAnswerDecidesItsKind() {
    List<String> texts =
        List.of(
            "Cannot route. Codebase/company is invalid",
            "SSL is required.",
            "UserNotAuthenticated",
            "The clientID header is missing",
            "Query timed out: timeout",
            "does not support the API version '0.0'",
            "The endpoint does not exist.",
            "NotFound",
            "Too many requests");
    for (int status = 300; status < 600; status++) {
      for (String code : List.of("", "\"code\":\"NotFound\",", "\"code\":\"Security\",")) {
        String form = "{%s\"message\":\"%s\",\"errors\":[{\"message\":\"%s\",\"field\":\"%s\"}]}";
        Kind neutral = failure(status, form.formatted(code, "x", "x", "x")).kind();
        for (String text : texts) {
          assertThat(
                  List.of(
                      failure(status, form.formatted(code, text, "x", "x")).kind(),
                      failure(status, form.formatted(code, "x", text, "x")).kind(),
                      failure(status, form.formatted(code, "x", "x", text)).kind()))
              .as("%d with %s and \"%s\"", status, code, text)
              .containsOnly(neutral);
        }
      }
    }
  }

  @Test
  void namesACallByItsExpandedPathAndNeverByItsQuery() {
    Call byText =
        Call.of(Calls.operation("GET /service/newThings/{id}"), Map.of("id", "5"), Map.of());

    assertThat(List.of(Calls.ticket("5").name(), byText.name()))
        .containsExactly(
            "getServiceTicketsById GET /service/tickets/5", "GET /service/newThings/5");
    assertThat(Calls.tickets(Map.of("conditions", "secret=1")).name()).isEqualTo(CALL);
    assertThat(
            new Call(
                    Calls.operation("getServiceTicketsById"),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Optional.empty())
                .name())
        .isEqualTo("getServiceTicketsById GET /service/tickets/{id}");
  }
}
