package io.psastream.connectwise.simulator.http;

/** Answers requests. */
@FunctionalInterface
public interface Responder {

  Response answer(Request request) throws InterruptedException;
}
