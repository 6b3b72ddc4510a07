package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Channel.How;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.metrics.Metrics;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;

/**
 * Calls the ConnectWise API. A call waits for the site's rate limit, is sent, is retried where its
 * kind of failure permits, and its answer is read as a stream. Safe for use by several threads.
 *
 * <p>It is a view of a {@link Channel}, which all clients that {@link #ofQuery} gives share.
 */
public final class ConnectWiseClient implements AutoCloseable {

  private final Site site;
  private final String company;
  private final Channel channel;
  private final SiteTroubles troubles;
  private final RequestMeter meter;
  private final String label;

  private ConnectWiseClient(ClientSettings settings, MetricRegistry metrics, LongSupplier nanos) {
    site = Site.of(settings.site());
    company = settings.credentials().company();
    troubles = new SiteTroubles(nanos);
    channel = new Channel(settings, site, troubles);
    meter = channel.meter(metrics);
    label = "";
  }

  /** A view of the same client. */
  private ConnectWiseClient(ConnectWiseClient same, RequestMeter meter, String label) {
    this.site = same.site;
    this.company = same.company;
    this.troubles = same.troubles;
    this.channel = same.channel;
    this.meter = meter;
    this.label = label;
  }

  /**
   * Opens a client; sends nothing yet.
   *
   * @throws IllegalArgumentException when the site URL or the codebase is not usable
   */
  public static ConnectWiseClient open(ClientSettings settings) {
    return open(settings, MetricRegistry.hidden());
  }

  /** The same with metrics, which are closed by whoever has opened them. */
  public static ConnectWiseClient open(ClientSettings settings, MetricRegistry metrics) {
    return open(settings, metrics, System::nanoTime);
  }

  /**
   * The same for tests of what is logged.
   *
   * @param nanos the clock by which lines are a minute apart
   */
  public static ConnectWiseClient open(
      ClientSettings settings, MetricRegistry metrics, LongSupplier nanos) {
    return new ConnectWiseClient(settings, metrics, nanos);
  }

  /**
   * The same client, whose requests and pages read ahead are counted for a query, too, and whose
   * warnings name it, since queries may share an operation. Closing either closes both.
   */
  public ConnectWiseClient ofQuery(String name, Metrics metrics) {
    return new ConnectWiseClient(this, meter.of(metrics), "Query " + name + ": ");
  }

  /** What a line begins with that is logged for this view: the name of its query, if any. */
  public String label() {
    return label;
  }

  /**
   * Sends a call and reads its answer as trees. A bulk operation gives the outcome of each item.
   *
   * @throws ApiException when it did not succeed after all retries, or not for every item
   */
  public Answer<JsonNode> send(Call call) {
    return send(call, () -> true);
  }

  /**
   * The same for a caller that may lose its right to it.
   *
   * @param permitted asked after all waits, right before each request is sent
   * @throws ApiException as above; {@code CANCELLED} when a request was not permitted
   */
  public Answer<JsonNode> send(Call call, BooleanSupplier permitted) {
    return channel.sendItems(call, new How(false, false, false, permitted, label), meter);
  }

  /**
   * Sends a call and decodes its items while they arrive.
   *
   * @throws ApiException when it did not succeed after all retries, or the client was closed
   */
  public <T> Answer<T> send(Call call, ItemDecoder<T> decoder) {
    return channel.send(call, decoder, new How(false, false, false, () -> true, label), meter);
  }

  /**
   * Sends a call for a page of a list. The end of a list is {@code []}; a blank answer is not known
   * to be the end, and so is a failure.
   *
   * @param failOnTimeout whether to fail at the first timeout, or what may be one, for a caller
   *     that can ask for a smaller page (P9)
   * @param divisible whether the caller can ask for a smaller page, so that one fails as {@code
   *     TOO_LARGE} that takes more memory than its share
   */
  public <T> Answer<T> page(
      Call call, ItemDecoder<T> decoder, boolean failOnTimeout, boolean divisible) {
    How how = new How(true, failOnTimeout, divisible, () -> true, label);
    return channel.send(call, decoder, how, meter);
  }

  /**
   * Warns of how a query reads an operation from now on, once and then once an hour.
   *
   * @param remark what many of its readings of the operation share, without anything of an answer
   */
  public void remark(String remark, String text) {
    troubles.remark(label + remark, label + text);
  }

  /**
   * Whether the {@code key_url} of a callback is one where this site tells keys of this company.
   */
  public boolean isKeyUrl(String keyUrl) {
    return site.callbackKey(keyUrl, company).isPresent();
  }

  /**
   * Reads the key that callbacks are signed with; sends once and waits for no rate limit.
   *
   * @param keyUrl the {@code key_url} of a callback (P32)
   * @throws IllegalArgumentException when it is not an address of this site and company; nothing is
   *     sent then
   * @throws ApiException when the site does not tell a key
   */
  public String signingKey(String keyUrl) {
    HttpUrl url =
        site.callbackKey(keyUrl, company)
            .orElseThrow(() -> new IllegalArgumentException("key_url is not of this site"));
    String name = "callbackkey GET " + url.encodedPath();
    return channel.readOwn(name, url, "signing_key");
  }

  /** How many requests may be in flight at once. */
  public int maxInFlight() {
    return channel.maxInFlight();
  }

  /**
   * Runs a read on a thread of this client; idle threads end. After {@link #close} the read runs on
   * the caller's thread and fails at once.
   */
  public void readAhead(Runnable read) {
    meter.readAhead();
    channel.readAhead(read);
  }

  /**
   * Warns of a call that failed after all retries and is made again later. It is one trouble with
   * the retries, told by one voice, which also says when it is over.
   *
   * @param text the whole line, with what happens next
   */
  public void retriedLater(Failure failure, String text) {
    troubles.retriedLater(failure, text);
  }

  /**
   * The server's current time, computed from the newest {@code Date} header; empty before the
   * first.
   */
  public Optional<Instant> serverTime() {
    return channel.serverTime();
  }

  /**
   * Interrupts a thread and ends its call, which an interrupt alone does not: {@code CANCELLED}, or
   * {@code AMBIGUOUS} where it must not be repeated and was sent (P35).
   */
  public void interrupt(Thread thread) {
    thread.interrupt();
    channel.cancel(thread);
  }

  /** Ends every call and every wait at once; those fail as {@code CANCELLED}. Idempotent. */
  @Override
  public void close() {
    channel.close();
  }
}
