package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * The address of a site's API. It is the only class that builds URLs.
 *
 * @param origin scheme, host and port as configured
 * @param api the same with the host that answers the API: on ConnectWise's cloud the one with the
 *     {@code api-} prefix (docs/connectwise-api.md section 2, P4)
 * @param root the same, parsed once for all calls
 */
record Site(String origin, String api, HttpUrl root) {

  private static final Set<String> CLOUD =
      Set.of(
          "na.myconnectwise.net",
          "eu.myconnectwise.net",
          "au.myconnectwise.net",
          "aus.myconnectwise.net",
          "za.myconnectwise.net",
          "staging.connectwisedev.com");

  /** The path that users paste with the host: the codebase, and the path of the API below it. */
  private static final Pattern PASTED_PATH =
      Pattern.compile("/*(v[0-9][A-Za-z0-9_.]*/*)?(apis/+3\\.0/*)?", Pattern.CASE_INSENSITIVE);

  private static final Pattern CODEBASE = Pattern.compile("v[0-9][A-Za-z0-9_.]*");

  /**
   * The site at this URL. A pasted codebase and API path are dropped, since the codebase is a
   * setting of its own.
   *
   * @throws IllegalArgumentException when the URL is not one of a site
   */
  static Site of(URI url) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    check(scheme.equals("https") || scheme.equals("http"), url, "must begin with https://");
    check(url.getRawUserInfo() == null, url, "must not contain credentials");
    check(url.getHost() != null, url, "has no host");
    check(
        url.getRawQuery() == null
            && url.getRawFragment() == null
            && PASTED_PATH.matcher(url.getRawPath()).matches(),
        url,
        "must end after the host");
    String host = url.getHost().toLowerCase(Locale.ROOT);
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String apiHost = CLOUD.contains(host) ? "api-" + host : host;
    String api = scheme + "://" + apiHost + port;
    HttpUrl root = HttpUrl.parse(api);
    check(root != null, url, "has no such host or port");
    return new Site(scheme + "://" + host + port, api, root);
  }

  /** The URL is quoted only where it can hold no password and no key. */
  private static void check(boolean fine, URI url, String problem) {
    if (!fine) {
      String quoted = url.toString().matches("[\\w:/.-]*") ? " \"" + url + "\"" : "";
      throw new IllegalArgumentException(
          "connectwise.site.url"
              + quoted
              + " "
              + problem
              + ". Example: https://na.myconnectwise.net");
    }
  }

  /**
   * A codebase as it is written in the path.
   *
   * @throws IllegalArgumentException when the text is not the name of a codebase
   */
  static String codebase(String text) {
    String name = text.strip().replaceAll("^/+|/+$", "");
    if (!CODEBASE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a codebase. Examples: v4_6_release, v2025_1, auto");
    }
    return name;
  }

  /**
   * The URL of a call.
   *
   * @throws IllegalArgumentException when a parameter has no usable value, or the URL is too long
   */
  HttpUrl url(String codebase, Call call) {
    call.operation().check(call.path(), call.query());
    String path = "/" + codebase + "/apis/3.0" + call.operation().path().expand(call.path());
    HttpUrl url = root.resolve(path + query(call.query()));
    if (!url.encodedPath().equals(path)) {
      throw new IllegalArgumentException(
          "The value of a path parameter would change the path to another resource.");
    }
    int length = url.encodedPath().length() + String.valueOf(url.encodedQuery()).length();
    if (length > Call.LONGEST) {
      throw new IllegalArgumentException(
          "Its path and query have %d characters, more than the %d that the API takes: shorten the conditions or the fields in the options"
              .formatted(length, Call.LONGEST));
    }
    return url;
  }

  /** The public URL that reports the codebase of a company (docs/connectwise-api.md section 2). */
  HttpUrl companyInfo(String company) {
    return HttpUrl.get(origin + "/login/companyinfo/" + encode(company));
  }

  /** Where the keys of callbacks are; the recorded address has two slashes in the middle (P32). */
  private static final Pattern CALLBACK_KEY =
      Pattern.compile("/+(v[0-9][A-Za-z0-9_.]*/+)?system/callbackkey(/[A-Za-z0-9_.-]*)?");

  /**
   * The address of a key that callbacks are signed with, as a callback names it. Whoever sends a
   * callback chooses this address, so it has to be one where only this site tells the keys of this
   * company: a host of the cloud serves many companies, whose callbacks are signed as well. Empty
   * when it is not.
   */
  Optional<HttpUrl> callbackKey(String keyUrl, String company) {
    HttpUrl url = HttpUrl.parse(keyUrl);
    if (url == null || !url.encodedUsername().isEmpty() || !url.encodedPassword().isEmpty()) {
      return Optional.empty();
    }
    HttpUrl root = url.newBuilder().encodedPath("/").query(null).fragment(null).build();
    String host = url.host().startsWith("api-") ? url.host().substring(4) : "api-" + url.host();
    boolean cloud = CLOUD.contains(url.host()) || CLOUD.contains(host);
    HttpUrl twin = cloud ? root.newBuilder().host(host).build() : root;
    HttpUrl ours = HttpUrl.get(origin);
    boolean own = root.equals(ours) || twin.equals(ours);
    List<String> companies =
        url.queryParameterNames().stream()
            .filter(name -> name.strip().equalsIgnoreCase("companyName"))
            .flatMap(name -> url.queryParameterValues(name).stream())
            .map(String::valueOf)
            .toList();
    return own
            && CALLBACK_KEY.matcher(url.encodedPath()).matches()
            && companies.size() == 1
            && companies.get(0).equalsIgnoreCase(company)
        ? Optional.of(url)
        : Optional.empty();
  }

  static String query(Map<String, String> parameters) {
    if (parameters.isEmpty()) {
      return "";
    }
    StringJoiner query = new StringJoiner("&", "?", "");
    parameters.forEach((name, value) -> query.add(encode(name) + "=" + encode(value)));
    return query.toString();
  }

  /** RFC 3986: everything but the unreserved characters, in UTF-8; a blank is never + (P13). */
  static String encode(String text) {
    return URLEncoder.encode(text, UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
