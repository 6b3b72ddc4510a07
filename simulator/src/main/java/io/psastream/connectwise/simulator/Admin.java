package io.psastream.connectwise.simulator;

import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Responder;
import io.psastream.connectwise.simulator.http.Response;

/** The admin endpoint. */
final class Admin implements Responder {

  static final String PATH = "/admin/";

  private final Simulator simulator;

  Admin(Simulator simulator) {
    this.simulator = simulator;
  }

  @Override
  public Response answer(Request request) {
    return Response.json(200, "{\"requests\":" + simulator.requests().total() + "}");
  }
}
