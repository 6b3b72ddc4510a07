package io.psastream.connectwise.simulator.api;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.simulator.fault.Faults;
import io.psastream.connectwise.simulator.http.Body;
import io.psastream.connectwise.simulator.http.ErrorAnswer;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Responder;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.query.QueryException;
import io.psastream.connectwise.simulator.read.Reads;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.RefusedException;
import io.psastream.connectwise.simulator.route.Route;
import io.psastream.connectwise.simulator.route.Router;
import io.psastream.connectwise.simulator.route.Shape;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.write.Bulk;
import io.psastream.connectwise.simulator.write.Documents;
import io.psastream.connectwise.simulator.write.Writes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way of a request through the API: codebase, credentials, operation, action. Whoever refuses
 * it throws, and the refusal becomes the answer here.
 */
public final class Api implements Responder {

  private static final Pattern PATH = Pattern.compile("/([^/]+)/+apis/3\\.0(/.*)");
  private static final Pattern CALLBACK_KEY =
      Pattern.compile("/([^/]+)/+system/callbackkey/index\\.rails");
  private static final String COMPANY_INFO = "/login/companyinfo/";

  private final Site site;
  private final Catalog catalog;
  private final Router router;
  private final Auth auth;
  private final Store store;
  private final Reads reads;
  private final Writes writes;
  private final Bulk bulk;
  private final Documents documents;
  private final Fixed fixed;
  private final AtomicLong requests = new AtomicLong();

  public Api(Site site, Catalog catalog, Store store, Faults faults) {
    this.site = site;
    this.catalog = catalog;
    this.router = new Router(catalog);
    this.auth = new Auth(site.access(), faults);
    this.store = store;
    this.reads = new Reads(store, faults);
    this.writes = new Writes(store, faults, reads, site.member());
    this.bulk = new Bulk(writes);
    this.documents = new Documents(store, writes);
    this.fixed = new Fixed(store, site.version());
  }

  @Override
  public Response answer(Request request) {
    return routed(request)
        .with(
            Map.of(
                "x-cw-request-id",
                "00000000-0000-4000-8000-%012x".formatted(requests.incrementAndGet()),
                "x-server-name",
                "SIMULATOR",
                "api-current-version",
                site.version(),
                "Cache-Control",
                "no-cache"));
  }

  private Response routed(Request request) {
    try {
      if (request.path().startsWith(COMPANY_INFO)) {
        return companyInfo(request.path().substring(COMPANY_INFO.length()));
      }
      if (CALLBACK_KEY.matcher(request.path()).matches()) {
        return callbackKey(request);
      }
      Matcher path = PATH.matcher(request.path());
      if (!path.matches() || !site.serves(path.group(1))) {
        return ErrorAnswer.webServerNotFound();
      }
      if (path.group(2).contains("/apis/3.0")) {
        return Response.text(400, "Cannot route. Codebase/company is invalid");
      }
      auth.check(request);
      readable(request);
      return perform(call(request, path.group(2)));
    } catch (RefusedException refused) {
      return refused.response();
    } catch (QueryException query) {
      return ErrorAnswer.of(400, "ApiFindCondition", query.getMessage());
    }
  }

  private static void readable(Request request) {
    try {
      request.query();
    } catch (IllegalArgumentException badEscape) {
      throw new RefusedException(Response.text(400, "Bad Request - Invalid URL"));
    }
  }

  /** An unknown company is null, not an error (P5). */
  private Response companyInfo(String company) {
    boolean known = company.equalsIgnoreCase(site.access().company());
    return Response.json(200, known ? site.companyInfo() : "null");
  }

  /** It asks for credentials, as an integration has reported of the real one (P32). */
  private Response callbackKey(Request request) {
    auth.check(request);
    boolean own =
        request.query().getOrDefault("companyName", "").equalsIgnoreCase(site.access().company());
    return own
        ? Response.json(
            200, Body.of(Json.bytes(Json.object().put("signing_key", site.signingKey()))))
        : ErrorAnswer.noEndpoint();
  }

  private ApiCall call(Request request, String path) {
    Router.Match match =
        router.match(path).orElseThrow(() -> new RefusedException(ErrorAnswer.noEndpoint()));
    Route route = match.routes().get(request.method());
    if (route == null) {
      throw new RefusedException(
          ErrorAnswer.of(
              405,
              "ConnectWiseApi",
              "The requested resource does not support http method '" + request.method() + "'."));
    }
    Shape shape = new Shape(catalog, shown(route));
    ApiCall call = new ApiCall(request, route, match.values(), shape);
    parentsExist(call);
    return call;
  }

  /** An /info path shows other fields than the items have; everything else shows the items. */
  private static Optional<String> shown(Route route) {
    boolean info = route.operation().path().toString().endsWith("/info");
    return info && route.operation().item().isPresent() ? route.operation().item() : route.item();
  }

  /** Children of an item that is not there are not found, whatever is asked of them. */
  private void parentsExist(ApiCall call) {
    List<String> segments = Router.segments(call.collection());
    for (int i = 1; i < segments.size(); i++) {
      if (segments.get(i).matches("\\d{1,18}")) {
        String parent = "/" + String.join("/", segments.subList(0, i));
        long id = Long.parseLong(segments.get(i));
        boolean missing =
            store.existing(parent).map(items -> items.get(id).isEmpty()).orElse(false);
        if (missing) {
          throw RefusedException.notFound(router.entity(parent), segments.get(i));
        }
      }
    }
  }

  private Response perform(ApiCall call) {
    return switch (call.route().action()) {
      case LIST -> reads.list(call);
      case COUNT -> reads.count(call);
      case SEARCH -> reads.search(call);
      case GET -> reads.get(call);
      case GET_BY_NAME -> reads.getByName(call);
      case FIRST -> reads.first(call);
      case CREATE -> writes.create(call);
      case UPLOAD -> documents.upload(call);
      case REPLACE -> writes.replace(call);
      case PATCH -> writes.patch(call);
      case DELETE -> writes.delete(call);
      case CLEAR -> writes.clear(call);
      case BULK -> bulk.answer(call);
      case REPORT -> fixed.report(call);
      case FIXED -> fixed.answer(call);
    };
  }
}
