package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * What is left of the sink when Connect and the connector are left out: so many threads that PATCH
 * one ticket after the other with OkHttp, and read what comes back without looking at it. A program
 * of its own.
 */
final class UpdateLoop {
  private static final String UPDATES = "updates";
  private static final String KEYS = "keys";
  private static final String IN_FLIGHT = "in.flight";
  private static final int WARM_UP = 4_000;

  private final Map<String, String> config;
  private final OkHttpClient http;
  private final int inFlight;

  private UpdateLoop(Map<String, String> config) {
    this.config = Map.copyOf(config);
    this.inFlight = Integer.parseInt(config.get(IN_FLIGHT));
    this.http =
        new OkHttpClient.Builder()
            .readTimeout(Duration.ofMinutes(1))
            .connectionPool(new ConnectionPool(inFlight, 30, TimeUnit.SECONDS))
            .build();
  }

  /** Takes its settings as {@code key=value} and prints its {@link Figures}. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> config = new HashMap<>();
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      config.put(pair[0], pair[1]);
    }
    int updates = Integer.parseInt(config.get(UPDATES));
    UpdateLoop loop = new UpdateLoop(config);
    try (Probe probe = Probe.here()) {
      loop.run(Math.min(updates, WARM_UP));
      probe.collect();
      probe.reset();
      double cpu = probe.cpuSeconds();
      long start = System.nanoTime();
      loop.run(updates);
      double seconds = (System.nanoTime() - start) / 1e9;
      double used = probe.cpuSeconds() - cpu;
      System.out.println(new Figures(updates, seconds, updates, used, probe.heapBytes()).line());
    }
  }

  private void run(int updates) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(inFlight);
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < inFlight; i++) {
      all.add(threads.submit(() -> updateAll(next, updates)));
    }
    threads.shutdown();
    for (Future<?> one : all) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new SandboxException("An update failed", e.getCause());
      }
    }
  }

  private Void updateAll(AtomicInteger next, int updates) throws IOException {
    int keys = Integer.parseInt(config.get(KEYS));
    for (int i = next.getAndIncrement(); i < updates; i = next.getAndIncrement()) {
      update(1 + i % keys, "update " + i);
    }
    return null;
  }

  private void update(int ticket, String summary) throws IOException {
    String body = "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"" + summary + "\"}]";
    Request request =
        new Request.Builder()
            .url(config.get(TicketPages.URL) + "/" + ticket)
            .header("Authorization", config.get(TicketPages.AUTHORIZATION))
            .header("clientId", config.get(TicketPages.CLIENT_ID))
            .patch(RequestBody.create(body, MediaType.get("application/json; charset=utf-8")))
            .build();
    try (Response response = http.newCall(request).execute()) {
      byte[] answer = response.body().bytes();
      if (response.code() != 200 || answer.length == 0) {
        throw new IOException("An update was answered with " + response.code());
      }
    }
  }

  /** The settings of a run. */
  static Map<String, String> settings(
      Map<String, String> pages, int updates, int keys, int inFlight) {
    Map<String, String> settings = new HashMap<>(pages);
    settings.put(UPDATES, String.valueOf(updates));
    settings.put(KEYS, String.valueOf(keys));
    settings.put(IN_FLIGHT, String.valueOf(inFlight));
    return settings;
  }
}
