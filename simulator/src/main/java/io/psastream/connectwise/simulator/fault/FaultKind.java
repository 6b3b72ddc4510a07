package io.psastream.connectwise.simulator.fault;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The faults by name, with their parameters and defaults. The numbers are those of the pitfalls
 * list; the README says what each does.
 */
@SuppressWarnings("ImmutableEnumChecker") // The functions keep no state, the maps never change.
public enum FaultKind {
  // Answers in place of the API.
  RATE_LIMIT("rateLimit", GatewayFaults::rateLimit, "perMinute=0 retryAfter=30 body=json"),
  MISROUTED("misrouted", GatewayFaults::misrouted, "body=html"),
  UNAUTHORIZED("unauthorized", ApiFaults::unauthorized, "status=401"),
  FORBID("forbid", ApiFaults::forbid, ""),
  SSL_REQUIRED("sslRequired", GatewayFaults::sslRequired, "status=403"),
  COMPANY_INFO("companyInfo", GatewayFaults::companyInfo, "answer=null"),
  HTML_PAGE("htmlPage", GatewayFaults::htmlPage, "status=200"),
  UNAVAILABLE("unavailable", GatewayFaults::unavailable, "status=503 body=html retryAfter=none"),
  POISON_RECORD("poisonRecord", ApiFaults::poisonRecord, "id= contains= message="),
  FLAKY_500("flaky500", ApiFaults::flaky, "message="),
  TIMEOUT_500("timeout500", ApiFaults::timeout, "abovePageSize=0"),
  MIN_VERSION("minVersion", ApiFaults::minVersion, "version=2025.1"),
  MAX_URL("maxUrl", GatewayFaults::maxUrl, "length=2000 status=414"),
  LOCK_RECORD("lockRecord", ApiFaults::lockRecord, "id="),
  BLANK_PAGE("blankPage", ApiFaults::blankPage, ""),
  EMPTY_LIST("emptyList", ApiFaults::emptyList, ""),
  LIST_LAG("listLag", ApiFaults::listLag, "ms=2000"),
  // Requests and answers that are changed on their way.
  LATENCY("latency", TransportFaults::latency, "ms=50"),
  SLOW_ABOVE_PAGE_SIZE(
      "slowAbovePageSize", TransportFaults::slowAbovePageSize, "pageSize=100 ms=1000"),
  LATIN_1("latin1", TransportFaults::latin1, ""),
  NEWLINES_AS_SPACES("newlinesAsSpaces", TransportFaults::newlinesAsSpaces, ""),
  EMPTY_BODY("emptyBody", TransportFaults::emptyBody, ""),
  TRUNCATED_BODY("truncatedBody", TransportFaults::truncatedBody, ""),
  ODD_SHAPE("oddShape", ApiFaults::oddShape, ""),
  SHORT_LIST("shortList", ApiFaults::shortList, "rows=1"),
  CONTENT_TYPE("contentType", TransportFaults::contentType, "type=text/plain"),
  LONG_FILE_NAME("longFileName", TransportFaults::longFileName, "length=20000"),
  DROP_CONNECTION("dropConnection", TransportFaults::dropConnection, ""),
  DROP_REQUEST("dropRequest", TransportFaults::dropRequest, ""),
  APPLY_THEN_DROP("applyThenDrop", TransportFaults::applyThenDrop, ""),
  HOOK("hook", fault -> (request, api) -> api.answer(request), ""),
  // Rules that the API follows.
  AUTH_FAILURE_STATUS("authFailureStatus", null, "status=404"),
  MAX_PAGE_SIZE("maxPageSize", null, "max=100 mode=reject"),
  FORWARD_ONLY_UNSUPPORTED("forwardOnlyUnsupported", null, ""),
  LINK_LAST_PAGE("linkLastPage", null, "form=nextAnyway"),
  LINK_STYLE("linkStyle", null, "style=foreignHost"),
  NO_LINK("noLink", null, ""),
  TZ_BUG("tzBug", null, "minutes=-300"),
  IGNORE_LAST_UPDATED("ignoreLastUpdated", null, ""),
  HIDE_ROWS("hideRows", null, "conditions="),
  CUSTOM_FIELDS("customFields", null, "mode=partial");

  private final String text;
  private final Function<Fault, Behaviour> factory;
  private final Map<String, String> parameters;

  FaultKind(String text, Function<Fault, Behaviour> factory, String parameters) {
    this.text = text;
    this.factory = factory;
    this.parameters =
        Arrays.stream(parameters.split(" ", -1))
            .filter(each -> !each.isEmpty())
            .map(each -> each.split("=", 2))
            .collect(Collectors.toMap(e -> e[0], e -> e[1], (a, b) -> b, LinkedHashMap::new));
  }

  /** The kind of this name. */
  public static FaultKind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.text.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no fault \""
                        + name
                        + "\". There are "
                        + Arrays.stream(values()).map(FaultKind::text).sorted().toList()));
  }

  /** The name it is switched on by. */
  public String text() {
    return text;
  }

  /** Its parameters and their defaults. */
  public Map<String, String> parameters() {
    return parameters;
  }

  /** Whether the API asks for it, rather than it standing around the API. */
  boolean isRule() {
    return factory == null;
  }

  Behaviour behaviour(Fault fault) {
    return factory == null ? (request, api) -> api.answer(request) : factory.apply(fault);
  }

  /** The method it is made for, where there is one. */
  Optional<String> method() {
    return this == APPLY_THEN_DROP ? Optional.of("POST") : Optional.empty();
  }

  /** The path it is made for, where there is one. */
  Optional<String> path() {
    return this == COMPANY_INFO ? Optional.of("/login/companyinfo/**") : Optional.empty();
  }
}
