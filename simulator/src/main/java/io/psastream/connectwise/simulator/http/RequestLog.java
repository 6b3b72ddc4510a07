package io.psastream.connectwise.simulator.http;

import io.psastream.connectwise.simulator.http.Response.Ending;
import io.psastream.connectwise.simulator.recent.Recent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The most recent requests, oldest first, and how many there were in all. */
public final class RequestLog {

  private static final long MOST_BYTES = 64 << 20;

  private final Recent<LoggedRequest> requests;
  private final InstantSource clock;

  /** Keeps at most so many requests, and of those at most 64 MB. */
  public RequestLog(InstantSource clock, int most) {
    this.clock = clock;
    this.requests = new Recent<>(most, MOST_BYTES, each -> each.request().bytes());
  }

  /** Logs what passes through. */
  public Responder logging(Responder next) {
    return request -> {
      Instant at = clock.instant();
      long start = System.nanoTime();
      Response response = next.answer(request);
      int status = response.ending() == Ending.SILENT ? 0 : response.status();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      requests.add(new LoggedRequest(at, request, status, took));
      return response;
    };
  }

  /** How many requests there were since the last {@link #clear}. */
  public long total() {
    return requests.total();
  }

  /** How many of {@link #total} are not among the recent ones any more. */
  public long leftOut() {
    return requests.leftOut();
  }

  /** The recent requests, oldest first. */
  public List<LoggedRequest> recent() {
    return requests.list();
  }

  /** The recent requests of this method to this path, such as {@code /service/tickets}. */
  public List<LoggedRequest> recent(String method, String path) {
    return recent().stream()
        .filter(each -> each.method().equals(method) && each.path().equals(path))
        .toList();
  }

  /** How many of the recent requests went to this path. */
  public long count(String path) {
    return recent().stream().filter(each -> each.path().equals(path)).count();
  }

  public void clear() {
    requests.clear();
  }
}
