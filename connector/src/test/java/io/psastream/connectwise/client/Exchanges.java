package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;

/** Exchanges without a server: a call becomes a request, and a scripted answer what it means. */
public final class Exchanges {

  private final Site site;
  private final Requests requests;
  private final AnswerReader reader;

  /** An answer to be read; status 0 is a connection that times out after the request was sent. */
  public record Scripted(int status, Map<String, String> headers, String type, String body) {}

  public Exchanges(ClientSettings settings) {
    this.site = Site.of(settings.site());
    this.requests = new Requests(settings);
    this.reader = new AnswerReader(settings.maxResponseBytes());
  }

  /**
   * Writes the request of a call and reads the answer to it, as {@link ConnectWiseClient} does.
   *
   * @throws ApiException as the client throws it
   */
  public Answer<JsonNode> exchange(Call call, Scripted scripted) {
    Request request;
    try {
      request = requests.of(call, site.url("v4_6_release", call)).build();
    } catch (IllegalArgumentException e) {
      throw new ApiException(Failure.of(Failure.Kind.REJECTED, call.name(), 0, e.getMessage()), e);
    }
    try {
      if (request.body() != null) {
        request.body().writeTo(new Buffer());
      }
      return BulkAnswer.checked(call, read(call, request, scripted));
    } catch (ApiException e) {
      throw RetryPolicy.repeatable(call)
          ? e
          : new ApiException(Failures.unrepeatable(e.failure(), true), e.getCause());
    } catch (IOException e) {
      Failure failure = Failures.ofNetwork(call.name(), e, scripted.status(), true);
      throw new ApiException(
          RetryPolicy.repeatable(call) ? failure : Failures.unrepeatable(failure, true), e);
    }
  }

  private Answer<JsonNode> read(Call call, Request request, Scripted scripted) throws IOException {
    if (scripted.status() == 0) {
      throw new SocketTimeoutException("timeout");
    }
    Response response =
        new Response.Builder()
            .request(request)
            .protocol(Protocol.HTTP_1_1)
            .code(scripted.status())
            .message("")
            .headers(Headers.of(scripted.headers()))
            .body(ResponseBody.create(scripted.body(), MediaType.get(scripted.type())))
            .build();
    if (!response.isSuccessful()) {
      throw new ApiException(
          Failures.ofAnswer(
              call.name(),
              scripted.status(),
              response.headers(),
              AnswerReader.readError(response)));
    }
    boolean list = call.operation().answer() == AnswerKind.LIST;
    return reader.read(
        call.name(), call.path(), list, response, Json.TREE, SocketBytes.begin(), Calls.memory());
  }
}
