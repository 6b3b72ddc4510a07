package io.psastream.connectwise.simulator.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psastream.connectwise.simulator.fault.FaultKind;
import io.psastream.connectwise.simulator.fault.Faults;
import io.psastream.connectwise.simulator.http.ErrorAnswer;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.route.RefusedException;
import java.util.Base64;
import java.util.Optional;

/**
 * Checks credentials and client id, and says no in the several ways the API does
 * (docs/connectwise-api.md section 1).
 */
final class Auth {

  private final Site.Access access;
  private final Faults faults;

  Auth(Site.Access access, Faults faults) {
    this.access = access;
    this.faults = faults;
  }

  void check(Request request) {
    Optional<String> user = credentials(request);
    String expected = access.company() + "+" + access.publicKey() + ":" + access.privateKey();
    if (user.isPresent() && !user.get().startsWith(access.company() + "+")) {
      throw refused(request, Response.text(400, "Cannot route. Codebase/company is invalid"));
    }
    if (user.isEmpty() || !user.get().equals(expected)) {
      throw refused(
          request,
          ErrorAnswer.of(401, "Unauthorized", "Authorization has been denied for this request."));
    }
    if (!request.header("clientId").map(access.clientId()::equals).orElse(false)) {
      throw refused(
          request, ErrorAnswer.of(403, "Forbidden", "The clientId is missing or not known."));
    }
  }

  /** On cloud, wrong credentials can also look like a path that is not there (P2). */
  private RefusedException refused(Request request, Response usual) {
    return new RefusedException(
        faults
            .rule(FaultKind.AUTH_FAILURE_STATUS, request)
            .map(fault -> other((int) fault.number("status")))
            .orElse(usual));
  }

  private static Response other(int status) {
    return status == 404
        ? ErrorAnswer.webServerNotFound()
        : ErrorAnswer.of(status, "ConnectWiseApi", "UserNotAuthenticated");
  }

  private static Optional<String> credentials(Request request) {
    String header = request.header("Authorization").orElse("");
    if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new String(Base64.getDecoder().decode(header.substring(6).strip()), UTF_8));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
