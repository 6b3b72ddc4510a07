package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/**
 * Calls the ConnectWise API: one method sends, waits for the site's pace, retries what its kind of
 * failure permits, and reads the answer as a stream. Safe for use by several threads.
 */
public final class ConnectWiseClient implements AutoCloseable {

  private ConnectWiseClient() {}

  /** Opens a client; sends nothing yet. */
  public static ConnectWiseClient open(ClientSettings settings) {
    throw new UnsupportedOperationException(settings.toString());
  }

  /** Sends a call and reads its answer as trees. */
  public Answer<JsonNode> send(Call call) {
    throw new UnsupportedOperationException(call.toString());
  }

  /**
   * Sends a call and decodes its items while they arrive.
   *
   * @throws ApiException when it did not succeed after all retries, or the client was closed
   */
  public <T> Answer<T> send(Call call, ItemDecoder<T> decoder) {
    throw new UnsupportedOperationException(call.toString() + decoder);
  }

  /**
   * The server's time now, reckoned from the newest {@code Date} header; empty before the first.
   */
  public Optional<Instant> serverTime() {
    throw new UnsupportedOperationException();
  }

  /** Ends every call and every wait at once; those fail as {@code CANCELLED}. Idempotent. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
