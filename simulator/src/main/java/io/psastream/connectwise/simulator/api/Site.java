package io.psastream.connectwise.simulator.api;

/** The company this API serves and how it is reached; only the codebase can change. */
public final class Site {

  /** The codebase that always leads to the current one (docs/connectwise-api.md section 2). */
  static final String ROUTER = "v4_6_release";

  /**
   * Who may call.
   *
   * @param company the login company
   * @param publicKey the public half of the member's keys
   * @param privateKey the private half
   * @param clientId the integration's id
   */
  public record Access(String company, String publicKey, String privateKey, String clientId) {}

  private final Access access;
  private final String member;
  private final String version;
  private volatile String codebase;
  private volatile String signingKey = "simulated-signing-key-1";

  /** The site at this codebase, such as {@code v2026_1}; the member is who the keys belong to. */
  public Site(Access access, String member, String version, String codebase) {
    this.access = access;
    this.member = member;
    this.version = version;
    this.codebase = codebase;
  }

  Access access() {
    return access;
  }

  public String member() {
    return member;
  }

  String version() {
    return version;
  }

  public String codebase() {
    return codebase;
  }

  /** Moves the site, as a hosted upgrade does: the old codebase is not served any more (P2). */
  public void moveTo(String newCodebase) {
    codebase = newCodebase;
  }

  public String company() {
    return access.company();
  }

  /** What callbacks are signed with (P32). */
  public String signingKey() {
    return signingKey;
  }

  /** Signs with another key from now on, which is found at the same address. */
  public void signWith(String newKey) {
    signingKey = newKey;
  }

  boolean serves(String requested) {
    return requested.equalsIgnoreCase(ROUTER) || requested.equalsIgnoreCase(codebase);
  }

  /** What {@code /login/companyinfo} says (docs/connectwise-api.md section 2). */
  String companyInfo() {
    return ("{\"CompanyName\":\"%s\",\"Codebase\":\"%s/\",\"VersionCode\":\"v%s\","
            + "\"VersionNumber\":\"v4.6.%s\",\"CompanyID\":\"%s\",\"IsCloud\":\"%s\"}")
        .formatted(
            access.company(),
            codebase,
            version,
            version.replace(".", ""),
            access.company(),
            codebase.equalsIgnoreCase(ROUTER) ? "False" : "True");
  }
}
