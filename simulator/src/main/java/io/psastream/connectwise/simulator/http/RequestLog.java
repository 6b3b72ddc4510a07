package io.psastream.connectwise.simulator.http;

import io.psastream.connectwise.simulator.http.Response.Ending;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The most recent requests, oldest first, and how many there were in all. */
public final class RequestLog {

  private static final int MOST = 10_000;

  private final Deque<LoggedRequest> recent = new ArrayDeque<>();
  private final AtomicLong total = new AtomicLong();
  private final InstantSource clock;

  public RequestLog(InstantSource clock) {
    this.clock = clock;
  }

  /** Logs what passes through. */
  public Responder logging(Responder next) {
    return request -> {
      Instant at = clock.instant();
      long start = System.nanoTime();
      Response response = next.answer(request);
      int status = response.ending() == Ending.SILENT ? 0 : response.status();
      add(new LoggedRequest(at, request, status, Duration.ofNanos(System.nanoTime() - start)));
      return response;
    };
  }

  private synchronized void add(LoggedRequest request) {
    total.incrementAndGet();
    recent.addLast(request);
    if (recent.size() > MOST) {
      recent.removeFirst();
    }
  }

  /** How many requests there were since the last {@link #clear}. */
  public long total() {
    return total.get();
  }

  /** The recent requests, oldest first. */
  public synchronized List<LoggedRequest> recent() {
    return List.copyOf(recent);
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

  public synchronized void clear() {
    recent.clear();
    total.set(0);
  }
}
