package io.psastream.connectwise.simulator.route;

import io.psastream.connectwise.simulator.http.ErrorAnswer;
import io.psastream.connectwise.simulator.http.ErrorAnswer.Detail;
import io.psastream.connectwise.simulator.http.Response;
import java.util.List;

/** The request is refused; carries the answer that says so. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Response response;

  public RefusedException(Response response) {
    super("refused with " + response.status(), null, false, false);
    this.response = response;
  }

  public Response response() {
    return response;
  }

  /** 404 that proves the item is not there (P3). */
  public static RefusedException notFound(String entity, String id) {
    return new RefusedException(ErrorAnswer.of(404, "NotFound", entity + " " + id + " not found"));
  }

  /** 400 because of a field (P41). */
  public static RefusedException invalid(String resource, Detail... details) {
    return new RefusedException(
        ErrorAnswer.of(400, "InvalidObject", resource + " object is invalid", List.of(details)));
  }

  /** 400 because the body is not what the operation takes. */
  public static RefusedException badBody(String message) {
    return new RefusedException(ErrorAnswer.of(400, "InvalidArgument", message));
  }
}
