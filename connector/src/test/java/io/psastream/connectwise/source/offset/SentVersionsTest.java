package io.psastream.connectwise.source.offset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SentVersionsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant LONG_AGO = Instant.EPOCH;

  private final SentVersions sent = new SentVersions(new VersionSet());

  @Test
  void aMarkDoesNotSeeWhatIsAddedLater() {
    sent.add(1, NOON);
    SentVersions.Mark mark = sent.mark();
    sent.add(2, NOON);

    VersionSet versions = mark.versions(LONG_AGO);

    assertThat(versions.contains(1, NOON.getEpochSecond())).isTrue();
    assertThat(versions.contains(2, NOON.getEpochSecond())).isFalse();
  }

  @Test
  void aMarkStaysRightWhenTheLogHasGrownBeyondItsFirstSize() {
    for (long id = 1; id <= 63; id++) {
      sent.add(id, NOON);
    }
    SentVersions.Mark mark = sent.mark();
    for (long id = 64; id <= 1_000; id++) {
      sent.add(id, NOON);
    }

    VersionSet versions = mark.versions(LONG_AGO);

    assertThat(versions.contains(63, NOON.getEpochSecond())).isTrue();
    assertThat(versions.contains(64, NOON.getEpochSecond())).isFalse();
    assertThat(sent.mark().versions(LONG_AGO).contains(1_000, NOON.getEpochSecond())).isTrue();
  }

  @Test
  void knowsOnlyWhatWasSentBeforeTheWindow() {
    sent.add(1, NOON);
    SentVersions next = new SentVersions(sent.mark().versions(LONG_AGO));

    assertThat(sent.contains(1, NOON, () -> 0L)).isFalse();
    assertThat(next.contains(1, NOON, () -> 0L)).isTrue();
  }

  @Test
  void asksForTheFingerprintOnlyWhereTheTimestampDoesNotTell() {
    sent.addUnsettled(5, NOON, 77);
    SentVersions next = new SentVersions(sent.mark().versions(LONG_AGO));

    assertThat(next.contains(5, NOON, () -> 77L)).isTrue();
    assertThat(next.contains(5, NOON, () -> 78L)).isFalse();
    assertThat(next.contains(6, NOON, SentVersionsTest::notAsked)).isFalse();
  }

  private static long notAsked() {
    throw new AssertionError("no fingerprint is needed");
  }
}
