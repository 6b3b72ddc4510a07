package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Failure.Kind;
import java.time.Duration;
import java.util.function.Function;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The codebase in the path of every call: a fixed one, or the one that the site reports for the
 * company, which changes with each upgrade of a hosted site (P2). Safe for use by several threads.
 */
final class Codebase {

  private static final Logger LOG = LoggerFactory.getLogger(Codebase.class);

  static final String AUTO = "auto";

  /**
   * The pause after the site reported the same codebase again, so that each call with a wrong path
   * does not cost two requests.
   */
  private static final Duration ASK_AGAIN_AFTER = Duration.ofMinutes(1);

  private final Site site;
  private final String company;
  private final Transport transport;
  private final boolean fixed;
  private String current;
  private long askAgainAt = System.nanoTime();

  /** The setting is the name of a codebase, or {@code auto}. */
  Codebase(String setting, Site site, String company, Transport transport) {
    this.site = site;
    this.company = company;
    this.transport = transport;
    this.fixed = !isAuto(setting);
    this.current = fixed ? Site.codebase(setting) : null;
  }

  static boolean isAuto(String setting) {
    return setting.strip().equalsIgnoreCase(AUTO);
  }

  /**
   * The codebase; the first call requests it from the site.
   *
   * @throws ApiException when the site does not report it
   */
  synchronized String current() {
    if (current == null) {
      current = discover();
    }
    return current;
  }

  /**
   * Whether the codebase is now another one than this; requests it from the site.
   *
   * @throws ApiException when the site does not report it
   */
  synchronized boolean movedFrom(String used) {
    if (fixed) {
      return false;
    }
    if (current().equals(used) && System.nanoTime() - askAgainAt >= 0) {
      current = discover();
      if (current.equals(used)) {
        askAgainAt = System.nanoTime() + ASK_AGAIN_AFTER.toNanos();
      }
    }
    return !current.equals(used);
  }

  /**
   * Sends a call to its URL, and once more when the codebase of the site has changed (P2).
   *
   * @throws ApiException what sending gives, or {@code REJECTED} where the call has no URL
   */
  <T> T routed(Call call, Function<HttpUrl, T> send) {
    String base = current();
    try {
      return send.apply(url(base, call));
    } catch (ApiException e) {
      boolean misrouted = e.failure().kind() == Kind.MISROUTED && e.failure().status() >= 400;
      if (!misrouted || !movedFrom(base)) {
        throw e;
      }
      String moved = current();
      LOG.info(
          "The codebase of {} has changed from {} to {}; the call is sent again",
          site.api(),
          base,
          moved);
      return send.apply(url(moved, call));
    }
  }

  private HttpUrl url(String base, Call call) {
    try {
      return site.url(base, call);
    } catch (IllegalArgumentException e) {
      throw new ApiException(Failure.of(Kind.REJECTED, call.name(), 0, e.getMessage()), e);
    }
  }

  private String discover() {
    String name = "companyinfo GET /login/companyinfo/" + Site.encode(company);
    Answer<JsonNode> answer;
    try {
      answer = transport.read(name, site.companyInfo(company), Json.TREE);
    } catch (ApiException e) {
      throw e.failure().status() == 404 ? unknownCompany(name, 404) : e;
    }
    if (answer.items().isEmpty() || !answer.items().get(0).path("Codebase").isTextual()) {
      throw unknownCompany(name, answer.status());
    }
    try {
      return Site.codebase(answer.items().get(0).path("Codebase").asText());
    } catch (IllegalArgumentException e) {
      throw new ApiException(Failure.of(Kind.MISROUTED, name, answer.status(), e.getMessage()), e);
    }
  }

  /** {@code null} with 200, or a 404 (P5). */
  private ApiException unknownCompany(String name, int status) {
    return new ApiException(
        Failure.of(
                Kind.UNAUTHORIZED,
                name,
                status,
                "The company \"" + company + "\" is unknown at " + site.origin())
            .withHint("Check connectwise.site.url and the company in connectwise.username"));
  }
}
