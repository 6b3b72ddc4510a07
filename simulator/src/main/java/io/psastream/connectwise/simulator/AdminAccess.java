package io.psastream.connectwise.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Response;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may use the admin endpoint and the page: whoever has the token, or, where there is none,
 * programs and browsers of this machine. The token is asked for as {@code Authorization: Bearer},
 * and of browsers as the password of any user. Pages of other sites, which the same browser shows,
 * are refused in every case, also under a name of their own for this address.
 */
final class AdminAccess {

  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?");

  private final Optional<String> token;

  AdminAccess(Optional<String> token) {
    this.token = token;
  }

  /** The answer for a request that is not allowed; empty for one that is. */
  Optional<Response> refusal(Request request) {
    String host = request.header("Host").orElse("localhost");
    boolean foreign =
        request.header("Origin").filter(it -> !it.equals("http://" + host)).isPresent()
            || (token.isEmpty() && !LOOPBACK.matcher(host).matches());
    if (foreign) {
      return Optional.of(Response.text(403, "Only for pages and programs of this address."));
    }
    if (token.filter(it -> !isGiven(request.header("Authorization").orElse(""), it)).isPresent()) {
      return Optional.of(
          Response.text(401, "Send the admin token as Authorization: Bearer <token>.")
              .with("WWW-Authenticate", "Bearer, Basic realm=\"the admin token as the password\""));
    }
    return Optional.empty();
  }

  private static boolean isGiven(String authorization, String token) {
    String[] parts = authorization.split(" ", 2);
    String given = parts.length == 2 ? parts[1] : "";
    return switch (parts[0]) {
      case "Bearer" -> equal(given, token);
      case "Basic" -> equal(password(given), token);
      default -> false;
    };
  }

  private static String password(String basic) {
    try {
      String user = new String(Base64.getDecoder().decode(basic.strip()), UTF_8);
      return user.substring(user.indexOf(':') + 1);
    } catch (IllegalArgumentException notBase64) {
      return "";
    }
  }

  private static boolean equal(String given, String token) {
    return MessageDigest.isEqual(given.getBytes(UTF_8), token.getBytes(UTF_8));
  }
}
