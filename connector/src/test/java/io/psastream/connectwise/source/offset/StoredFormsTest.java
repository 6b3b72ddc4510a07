package io.psastream.connectwise.source.offset;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.source.config.SourceConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/**
 * The forms in which offsets are stored, as literal texts: those of running connectors must stay
 * readable. Deflated texts are compared inflated, because how well they are deflated differs from
 * JVM to JVM.
 *
 * <p>When one of these tests fails, do not change its text. If a form has to change, give the new
 * one another version (the first byte of the versions, {@code version} of an offset), go on reading
 * the old one, and add texts of the new one beside these, which then are only decoded. A changed
 * partition is worse: every query would lose its offset and begin anew, so look up the old one
 * where there is no new one, as Connect cannot rename it.
 */
class StoredFormsTest {

  private static final Instant FROM = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant TO = FROM.plusSeconds(60);

  /** Ids 1 and 3 of 12:00:00, 4,000,000,000 of 12:00:05; id 9 of 12:01:01 is unsettled. */
  private static final String VERSIONS =
      "AQAAAAIAAAAAaaQqQDowAAABAAAAAAABABAAAAABAAMAAAAAAGmkKkU6MAAA"
          + "AQAAAGvuAAAQAAAAACgAAAABAAAAAAAAAAkAAAAAaaQqff/////////W";

  /** Ids 5 and 2,000,000, and a run from 100 to 199. */
  private static final String BITMAP = "eJyzNmBkYGRgSGGQY2BgYGJgZQCxkxkaWgAZIgLC";

  @Test
  void versions() {
    assertThat(versionSet().encode()).isEqualTo(VERSIONS);

    VersionSet read = VersionSet.decode(VERSIONS);
    assertThat(read.encode()).isEqualTo(VERSIONS);
    assertThat(read.contains(1, FROM.getEpochSecond())).isTrue();
    assertThat(read.contains(2, FROM.getEpochSecond())).isFalse();
    assertThat(read.contains(3, FROM.getEpochSecond())).isTrue();
    assertThat(read.contains(4_000_000_000L, FROM.getEpochSecond() + 5)).isTrue();
    assertThat(read.containsUnsettled(9, TO.getEpochSecond() + 1, -42)).isTrue();
  }

  @Test
  void bitmaps() {
    assertThat(inflated(Bitmaps.encode(bitmap()))).isEqualTo(inflated(BITMAP));

    assertThat(Bitmaps.decode(BITMAP)).isEqualTo(bitmap());
  }

  @Test
  void anOffsetInAWindowWithAllItsKeys() {
    SourceOffset offset =
        new SourceOffset(
            Window.between(FROM, TO),
            4711,
            true,
            versionSet(),
            Optional.of(FROM.minusSeconds(60)),
            Optional.empty(),
            Optional.of(FROM.plusSeconds(30)),
            Optional.of(TO.plusMillis(1_250)),
            Optional.of(42L),
            bitmap());
    Map<String, Object> stored =
        map(
            "version",
            1L,
            "from",
            "2026-03-01T12:00:00Z",
            "to",
            "2026-03-01T12:01:00Z",
            "id",
            4711L,
            "sent",
            VERSIONS,
            "reach",
            "2026-03-01T11:59:00Z",
            "seen",
            "2026-03-01T12:00:30Z",
            "opened",
            "2026-03-01T12:01:01.250Z",
            "refresh",
            42L,
            "fresh",
            BITMAP);

    Map<String, Object> written = new LinkedHashMap<>(offset.toMap());
    assertThat(inflated((String) written.replace("fresh", BITMAP))).isEqualTo(inflated(BITMAP));
    assertThat(written).isEqualTo(stored);
    assertThat(written.keySet()).containsExactlyElementsOf(stored.keySet());

    SourceOffset read = SourceOffset.fromMap(stored);
    assertThat(read.window()).isEqualTo(Window.between(FROM, TO));
    assertThat(read.position()).isEqualTo(4711);
    assertThat(read.byId()).isTrue();
    assertThat(read.sent().encode()).isEqualTo(VERSIONS);
    assertThat(read.reach()).contains(FROM.minusSeconds(60));
    assertThat(read.seen()).contains(FROM.plusSeconds(30));
    assertThat(read.opened()).contains(TO.plusMillis(1_250));
    assertThat(read.refresh()).contains(42L);
    assertThat(read.fresh()).isEqualTo(bitmap());
  }

  @Test
  void anOffsetInTheSnapshot() {
    assertStored(
        SourceOffset.at(Window.first(Optional.empty(), TO), 7, true),
        map("version", 1L, "to", "2026-03-01T12:01:00Z", "id", 7L));
  }

  @Test
  void anOffsetInAFirstWindowThatBeginsAtATime() {
    assertStored(
        SourceOffset.at(Window.first(Optional.of(FROM), TO), 7, true),
        map(
            "version",
            1L,
            "start",
            "2026-03-01T12:00:00Z",
            "to",
            "2026-03-01T12:01:00Z",
            "id",
            7L));
  }

  @Test
  void anOffsetInAListWithoutWindowsAndIds() {
    assertStored(SourceOffset.at(Window.EVERYTHING, 250, false), map("version", 1L, "count", 250L));
  }

  @Test
  void anOffsetOfTheBeginning() {
    assertStored(SourceOffset.at(Window.EVERYTHING, 0, true), map("version", 1L, "id", 0L));
  }

  /** Connect's JSON converter gives small numbers back as Long, REST clients send Integer. */
  @Test
  void anOffsetFromTheRestApi() {
    SourceOffset read =
        SourceOffset.fromMap(Map.of("version", 1, "to", "2026-03-01T12:01:00Z", "id", 7));

    assertThat(read.position()).isEqualTo(7);
    assertThat(read.window()).isEqualTo(Window.first(Optional.empty(), TO));
  }

  @Test
  void aPartitionWithoutOptions() {
    assertThat(partition("operation.id", "getServiceTickets"))
        .isEqualTo(
            map(
                "site", "na.myconnectwise.net",
                "company", "acme",
                "operation", "getServiceTickets",
                "options", "44136fa355b3678a"));
  }

  @Test
  void aPartitionWithOptionsOfWhichOnlyThoseThatSelectItemsCount() {
    assertThat(
            partition(
                "operation.id",
                "getServiceTicketsByParentIdNotes",
                "options",
                "{\"parentId\": \"7\", \"conditions\": \"text like '%ä%'\", \"fields\": \"id\"}"))
        .isEqualTo(
            map(
                "site", "na.myconnectwise.net",
                "company", "acme",
                "operation", "getServiceTicketsByParentIdNotes",
                "options", "43009170e4c8364a"));
  }

  @Test
  void thePartitionOfAChunkOfKnownIds() {
    assertThat(SourcePartition.chunk(partition("operation.id", "getServiceTickets"), 3))
        .isEqualTo(
            map(
                "site", "na.myconnectwise.net",
                "company", "acme",
                "operation", "getServiceTickets",
                "options", "44136fa355b3678a",
                "ids", "3"));
  }

  private static void assertStored(SourceOffset offset, Map<String, Object> stored) {
    assertThat(offset.toMap()).isEqualTo(stored);

    SourceOffset read = SourceOffset.fromMap(stored);
    assertThat(read.toMap()).isEqualTo(stored);
    assertThat(read.window()).isEqualTo(offset.window());
    assertThat(read.position()).isEqualTo(offset.position());
    assertThat(read.byId()).isEqualTo(offset.byId());
  }

  private static VersionSet versionSet() {
    VersionSet versions = new VersionSet();
    versions.add(1, FROM.getEpochSecond());
    versions.add(3, FROM.getEpochSecond());
    versions.add(4_000_000_000L, FROM.getEpochSecond() + 5);
    versions.addUnsettled(9, TO.getEpochSecond() + 1, -42);
    return versions;
  }

  private static RoaringBitmap bitmap() {
    RoaringBitmap bitmap = RoaringBitmap.bitmapOf(5, 2_000_000);
    bitmap.add(100L, 200L);
    bitmap.runOptimize();
    return bitmap;
  }

  private static Map<String, Object> map(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }

  private static Map<String, String> partition(String... query) {
    Map<String, String> properties = new HashMap<>();
    properties.put("connectwise.site.url", "https://api-NA.myconnectwise.net");
    properties.put("connectwise.username", "Acme+public");
    properties.put("connectwise.password", "private");
    properties.put("connectwise.client.id", "client");
    for (int i = 0; i < query.length; i += 2) {
      properties.put(query[i], query[i + 1]);
    }
    SourceConfig config = new SourceConfig(properties, Catalog.load());
    return SourcePartition.of(config.connection(), config.queries().get(0));
  }

  private static String inflated(String text) {
    try (InflaterInputStream in =
        new InflaterInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
      return Base64.getEncoder().encodeToString(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
