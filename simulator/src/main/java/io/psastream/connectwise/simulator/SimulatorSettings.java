package io.psastream.connectwise.simulator;

/**
 * How a simulator is set up. Immutable; the {@code with} methods return changed copies.
 *
 * @param host the address to listen on
 * @param port the port, 0 for a free one
 * @param company the login company
 * @param publicKey the public key of the API member
 * @param privateKey its private key
 * @param clientId the client id that requests must carry
 * @param codebase the current codebase; {@code v4_6_release} is served as well
 * @param adminToken what the admin endpoint asks for; empty for nothing on loopback, and for one
 *     that is made up on any other address
 */
public record SimulatorSettings(
    String host,
    int port,
    String company,
    String publicKey,
    String privateKey,
    String clientId,
    String codebase,
    String adminToken) {

  /** Loopback, a free port, and credentials that are no secret. */
  public static SimulatorSettings defaults() {
    return new SimulatorSettings(
        "127.0.0.1",
        0,
        "simulator",
        "publicKey",
        "privateKey",
        "11111111-2222-3333-4444-555555555555",
        "v2026_1",
        "");
  }

  public SimulatorSettings withHost(String other) {
    return new SimulatorSettings(
        other, port, company, publicKey, privateKey, clientId, codebase, adminToken);
  }

  public SimulatorSettings withPort(int other) {
    return new SimulatorSettings(
        host, other, company, publicKey, privateKey, clientId, codebase, adminToken);
  }

  public SimulatorSettings withCompany(String other) {
    return new SimulatorSettings(
        host, port, other, publicKey, privateKey, clientId, codebase, adminToken);
  }

  public SimulatorSettings withKeys(String otherPublic, String otherPrivate) {
    return new SimulatorSettings(
        host, port, company, otherPublic, otherPrivate, clientId, codebase, adminToken);
  }

  public SimulatorSettings withClientId(String other) {
    return new SimulatorSettings(
        host, port, company, publicKey, privateKey, other, codebase, adminToken);
  }

  public SimulatorSettings withCodebase(String other) {
    return new SimulatorSettings(
        host, port, company, publicKey, privateKey, clientId, other, adminToken);
  }

  public SimulatorSettings withAdminToken(String other) {
    return new SimulatorSettings(
        host, port, company, publicKey, privateKey, clientId, codebase, other);
  }

  /** Leaves the keys out. */
  @Override
  public String toString() {
    return "SimulatorSettings[" + host + ":" + port + ", " + company + ", " + codebase + "]";
  }
}
