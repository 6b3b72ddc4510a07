package io.psastream.connectwise.simulator.callback;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.api.Site;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.store.StoredItem;
import io.psastream.connectwise.simulator.store.Version;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts each change to the active entries of {@code /system/callbacks} that ask for it, as
 * ConnectWise does (docs/connectwise-api.md section 8): signed, waiting 5 s for an answer, repeated
 * twice after some answers, and disabled after three days of failures by the simulator's clock. At
 * most 20,000 wait to be sent; those beyond get lost.
 */
public final class Callbacks implements Store.Watcher, AutoCloseable {

  private static final String ENTRIES = "/system/callbacks";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration DISABLED_AFTER = Duration.ofDays(3);
  private static final Set<Integer> REPEATED = Set.of(404, 409, 419, 429);
  private static final int ATTEMPTS = 3;
  private static final int THREADS = 4;
  private static final int MOST_WAITING = 20_000;
  private static final String KEY_ID = "5f4b7f6e-0d7c-4a5e-9a51-0c0f6f1d2b3a";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("/sales/activities", "activity"),
          Map.entry("/finance/agreements", "agreement"),
          Map.entry("/company/companies", "company"),
          Map.entry("/company/contacts", "contact"),
          Map.entry("/company/configurations", "configuration"),
          Map.entry("/finance/invoices", "invoice"),
          Map.entry("/expense/entries", "expense"),
          Map.entry("/system/members", "member"),
          Map.entry("/sales/opportunities", "opportunity"),
          Map.entry("/procurement/catalog", "productcatalog"),
          Map.entry("/project/projects", "project"),
          Map.entry("/procurement/purchaseorders", "purchaseorder"),
          Map.entry("/schedule/entries", "schedule"),
          Map.entry("/service/tickets", "ticket"),
          Map.entry("/project/tickets", "ticket"),
          Map.entry("/time/entries", "time"));

  private final Store store;
  private final InstantSource clock;
  private final Site site;
  private final String siteUrl;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final ScheduledThreadPoolExecutor postman =
      new ScheduledThreadPoolExecutor(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "simulator-callbacks");
            thread.setDaemon(true);
            return thread;
          },
          new ThreadPoolExecutor.DiscardPolicy()); // after close
  private final Map<Long, Instant> failingSince = new ConcurrentHashMap<>();
  private final Random chance = new Random(42);
  private volatile Delivery delivery = Delivery.USUAL;

  /** One call, as often as it is sent. */
  private record Post(long entry, HttpRequest request) {}

  public Callbacks(Store store, InstantSource clock, Site site, String siteUrl) {
    this.store = store;
    this.clock = clock;
    this.site = site;
    this.siteUrl = siteUrl;
  }

  public Delivery delivery() {
    return delivery;
  }

  /** Delivers what changes from now on like this. */
  public void deliver(Delivery other) {
    delivery = other;
  }

  /** Whether the last call of an entry failed for good. */
  public boolean isFailing() {
    return !failingSince.isEmpty();
  }

  /** Signs with another key from now on. */
  public void rotateKey() {
    site.signWith("simulated-signing-key-" + UUID.randomUUID());
  }

  /** The header {@code x-content-signature} of a body (P32). */
  public String signature(byte[] body) {
    try {
      byte[] key = MessageDigest.getInstance("SHA-256").digest(site.signingKey().getBytes(UTF_8));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void changed(String path, Version version, boolean added) {
    if (path.equals(ENTRIES) && version.deletion()) {
      failingSince.remove(version.id());
    }
    String type = TYPES.get(path);
    if (type == null || store.existing(ENTRIES).isEmpty()) {
      return;
    }
    Optional<ObjectNode> item = version.item().map(StoredItem::tree);
    for (StoredItem each : store.collection(ENTRIES).items()) {
      ObjectNode entry = each.tree();
      if (!entry.path("inactiveFlag").asBoolean()
          && entry.path("type").asText().equalsIgnoreCase(type)
          && isOfLevel(entry, type, version.id(), item)
          && !isSuppressed(entry, item)) {
        String action = added ? "added" : item.isPresent() ? "updated" : "deleted";
        deliver(post(entry, body(entry, type, action, version.id(), item), action, version.id()));
      }
    }
  }

  private static boolean isOfLevel(
      JsonNode entry, String type, long id, Optional<ObjectNode> item) {
    String level = entry.path("level").asText();
    long object = entry.path("objectId").asLong();
    return level.equalsIgnoreCase("owner")
        || (level.equalsIgnoreCase(type) && object == id)
        || item.map(it -> it.path(level).path("id").asLong(-1) == object).orElse(false);
  }

  private boolean isSuppressed(JsonNode entry, Optional<ObjectNode> item) {
    return entry.path("isSelfSuppressedFlag").asBoolean()
        && item.map(it -> it.path("_info").path("updatedBy").asText().equals(site.member()))
            .orElse(false);
  }

  /** The fields and their order are those of recorded callbacks (P31). */
  private byte[] body(
      JsonNode entry, String type, String action, long id, Optional<ObjectNode> item) {
    ObjectNode body =
        Json.object()
            .put("MessageId", UUID.randomUUID().toString())
            .put("FromUrl", URI.create(siteUrl).getHost())
            .put("CompanyId", site.company())
            .put("MemberId", site.member())
            .put("Action", action)
            .put("Type", type)
            .put("ID", id)
            .put("ProductInstanceId", "")
            .put("PartnerId", "")
            .put("Entity", item.map(ObjectNode::toString).orElse(null));
    body.putObject("Metadata").put("key_url", keyUrl());
    return Json.bytes(body.put("CallbackObjectRecId", entry.path("id").asLong()));
  }

  /** Where the key is that callbacks are signed with. */
  public String keyUrl() {
    return siteUrl
        + "/"
        + site.codebase()
        + "//system/callbackkey/index.rails?companyName="
        + site.company()
        + "&id="
        + KEY_ID;
  }

  private Post post(JsonNode entry, byte[] body, String action, long id) {
    URI url = URI.create(entry.path("url").asText() + id + "&action=" + action);
    return new Post(
        entry.path("id").asLong(),
        HttpRequest.newBuilder(url)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("x-content-signature", signature(body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  private synchronized void deliver(Post post) {
    Delivery how = delivery;
    if (chance.nextInt(100) < how.lost()) {
      return;
    }
    int times = chance.nextInt(100) < how.doubled() ? 2 : 1;
    for (int i = 0; i < times; i++) {
      boolean late = chance.nextInt(100) < how.late();
      send(post, 1, late ? how.lateBy() : Duration.ZERO);
    }
  }

  private void send(Post post, int attempt, Duration wait) {
    if (postman.getQueue().size() >= MOST_WAITING) {
      return;
    }
    ScheduledFuture<?> unused =
        postman.schedule(() -> call(post, attempt), wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void call(Post post, int attempt) {
    int status = 0;
    try {
      status = http.send(post.request(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      // No answer is a failure, too.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    answered(post, attempt, status);
  }

  private void answered(Post post, int attempt, int status) {
    if (status >= 200 && status < 300) {
      failingSince.remove(post.entry());
    } else if (REPEATED.contains(status) && attempt < ATTEMPTS) {
      send(post, attempt + 1, delivery.repeatAfter().multipliedBy(attempt));
    } else {
      failed(post.entry());
    }
  }

  private void failed(long entry) {
    Instant now = clock.instant();
    Instant since = failingSince.computeIfAbsent(entry, key -> now);
    if (!now.isBefore(since.plus(DISABLED_AFTER))) {
      store.collection(ENTRIES).update(entry, it -> it.put("inactiveFlag", true));
      failingSince.remove(entry);
    }
  }

  /** Back to the usual delivery; what is to be sent later is forgotten. */
  public void reset() {
    delivery = Delivery.USUAL;
    postman.getQueue().clear();
    failingSince.clear();
  }

  @Override
  public void close() {
    postman.shutdownNow();
  }
}
