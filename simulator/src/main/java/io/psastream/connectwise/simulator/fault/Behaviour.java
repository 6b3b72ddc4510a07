package io.psastream.connectwise.simulator.fault;

import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Responder;
import io.psastream.connectwise.simulator.http.Response;

/**
 * What a fault does with a request. It stands around the whole API, so it can answer in its place,
 * hand on another request, or change the answer.
 */
interface Behaviour {

  /** Whether this request is one of those that it hits, by more than method and path. */
  default boolean hits(Request request) {
    return true;
  }

  Response answer(Request request, Responder api) throws InterruptedException;

  /** One that answers in place of the API. */
  static Behaviour instead(Response response) {
    return (request, api) -> response;
  }
}
