package io.psastream.connectwise.simulator.api;

import io.psastream.connectwise.simulator.http.ErrorAnswer;
import io.psastream.connectwise.simulator.http.ErrorAnswer.Detail;
import io.psastream.connectwise.simulator.http.Response;
import java.util.List;

/** The request is refused; carries the answer that says so. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Response response;

  RefusedException(Response response) {
    super("refused with " + response.status(), null, false, false);
    this.response = response;
  }

  Response response() {
    return response;
  }

  /** 404 that proves the item is not there (P3). */
  static RefusedException notFound(String entity, String id) {
    return new RefusedException(ErrorAnswer.of(404, "NotFound", entity + " " + id + " not found"));
  }

  /** 400 because of a field (P41). */
  static RefusedException invalid(String resource, Detail... details) {
    return new RefusedException(
        ErrorAnswer.of(400, "InvalidObject", resource + " object is invalid", List.of(details)));
  }

  /** 400 because the body is not what the operation takes. */
  static RefusedException badBody(String message) {
    return new RefusedException(ErrorAnswer.of(400, "InvalidArgument", message));
  }
}
