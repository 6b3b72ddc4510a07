package io.psastream.connectwise.sandbox.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The pages of all tickets, by the cheapest means: a blocking connection, whole bodies, and one
 * pass of a tokenizer that finds where each ticket begins and ends. Nothing is retried.
 */
final class TicketPages {

  /** The keys of the configuration of whoever reads pages. */
  static final String URL = "bench.url";

  static final String AUTHORIZATION = "bench.authorization";
  static final String CLIENT_ID = "bench.client.id";

  private static final JsonFactory JSON = new JsonFactory();
  static final int SIZE = 1000;

  private final Map<String, String> config;

  /** A page as it came, and where its tickets are in it. */
  static final class Page {
    private final byte[] bytes;
    private final List<Slice> slices;

    private Page(byte[] bytes, List<Slice> slices) {
      this.bytes = bytes;
      this.slices = slices;
    }

    List<Slice> slices() {
      return slices;
    }

    byte[] bytes(Slice slice) {
      return Arrays.copyOfRange(bytes, slice.from, slice.to);
    }

    String text(Slice slice) {
      return new String(bytes, slice.from, slice.to - slice.from, StandardCharsets.UTF_8);
    }
  }

  /** The place of one ticket in its page. */
  record Slice(long id, int from, int to) {}

  TicketPages(Map<String, String> config) {
    this.config = Map.copyOf(config);
  }

  /** The page that follows an id; 0 for the first. */
  Page after(long id) {
    try {
      byte[] bytes = fetch(id);
      return new Page(bytes, slices(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The page that follows an id, cut into equal pieces without a look at it, for whom the pieces
   * are as good as tickets.
   */
  Page piecesAfter(long id) {
    try {
      byte[] bytes = fetch(id);
      int length = bytes.length / SIZE;
      List<Slice> pieces = new ArrayList<>(SIZE);
      for (int i = 0; i < SIZE; i++) {
        pieces.add(new Slice(id + 1 + i, i * length, (i + 1) * length));
      }
      return new Page(bytes, pieces);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] fetch(long id) throws IOException {
    String conditions = URLEncoder.encode("id > " + id, StandardCharsets.UTF_8);
    URI uri =
        URI.create(
            config.get(URL)
                + "?orderBy=id%20asc&pageSize="
                + SIZE
                + "&conditions="
                + conditions.replace("+", "%20"));
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(10_000);
    connection.setReadTimeout(60_000);
    connection.setRequestProperty("Authorization", config.get(AUTHORIZATION));
    connection.setRequestProperty("clientId", config.get(CLIENT_ID));
    connection.setRequestProperty("Accept", "application/json");
    try (InputStream body = connection.getInputStream()) {
      return body.readAllBytes();
    }
  }

  /** Where each item of an array is. */
  private static List<Slice> slices(byte[] page) throws IOException {
    List<Slice> slices = new ArrayList<>(SIZE);
    try (JsonParser parser = JSON.createParser(page)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        long id = 0;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
          JsonToken value = parser.nextToken();
          if (name.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
            id = parser.getLongValue();
          } else {
            parser.skipChildren();
          }
        }
        slices.add(new Slice(id, from, (int) parser.currentLocation().getByteOffset()));
      }
    }
    return slices;
  }
}
