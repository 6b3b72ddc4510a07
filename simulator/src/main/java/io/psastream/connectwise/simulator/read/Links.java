package io.psastream.connectwise.simulator.read;

import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.fault.FaultKind;
import io.psastream.connectwise.simulator.fault.Faults;
import io.psastream.connectwise.simulator.http.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code Link} header of a list (docs/connectwise-api.md section 3), with its known oddities
 * (P19, P20).
 */
final class Links {

  private final Faults faults;

  Links(Faults faults) {
    this.faults = faults;
  }

  /** The value of the header; empty where there is no header. */
  Optional<String> header(Request request, Paging paging, Page page) {
    boolean unlinked = paging.mode() == Paging.Mode.UNLINKED;
    if (unlinked || faults.rule(FaultKind.NO_LINK, request).isPresent()) {
      return Optional.empty();
    }
    return paging.forwardOnly()
        ? forwardOnly(request, paging, page)
        : Optional.of(navigable(request, paging, page)).filter(value -> !value.isEmpty());
  }

  private Optional<String> forwardOnly(Request request, Paging paging, Page page) {
    long last =
        page.items().isEmpty() ? paging.afterId() : page.items().get(page.items().size() - 1).id();
    String next = link(request, "pageId", last, "next");
    if (page.more()) {
      return Optional.of(next);
    }
    String form =
        faults
            .rule(FaultKind.LINK_LAST_PAGE, request)
            .map(fault -> fault.text("form"))
            .orElse("empty");
    return switch (form) {
      case "absent" -> Optional.empty();
      case "nextAnyway" -> Optional.of(next);
      default -> Optional.of("");
    };
  }

  private String navigable(Request request, Paging paging, Page page) {
    List<String> links = new ArrayList<>();
    int current = paging.page();
    if (current > 1) {
      links.add(link(request, "page", current - 1L, "prev"));
    }
    if (page.more()) {
      links.add(link(request, "page", current + 1L, "next"));
      page.lastPage().ifPresent(last -> links.add(link(request, "page", last, "last")));
    }
    if (current > 1) {
      links.add(link(request, "page", 1, "first"));
    }
    return String.join(", ", links);
  }

  private String link(Request request, String parameter, long value, String rel) {
    Map<String, String> query = new LinkedHashMap<>(request.query());
    query.remove("page");
    query.remove(parameter);
    query.put(parameter, Long.toString(value));
    String style = faults.rule(FaultKind.LINK_STYLE, request).map(Links::style).orElse("");
    String own = "http://" + request.header("Host").orElse("localhost");
    String path = request.path();
    String separator = "?";
    switch (style) {
      case "foreignHost" -> own = "https://ui.simulator.invalid";
      case "doubleSlash" -> path = path.replaceFirst("/apis/", "//apis/");
      case "ampNoQuestion" -> separator = "&";
      default -> {
        // As it is.
      }
    }
    return "<" + own + path + separator + Request.encode(query) + ">; rel=\"" + rel + "\"";
  }

  private static String style(Fault fault) {
    return fault.text("style");
  }
}
