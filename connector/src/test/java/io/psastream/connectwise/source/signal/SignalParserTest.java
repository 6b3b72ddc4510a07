package io.psastream.connectwise.source.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalParserTest {

  @Test
  void readsItsOwnFormAndTheVendors() {
    assertThat(parse("{'type':'Changed','resource':'/Service/Tickets','id':4711}"))
        .isEqualTo(new Signal.Changed(Set.of("service/tickets"), 4711, false));
    assertThat(parse("{'Action':'deleted','Type':'Product Catalog','ID':7,'Entity':null,'X':[1]}"))
        .isEqualTo(new Signal.Changed(Set.of("procurement/catalog"), 7, true));
    assertThat(parse("{'Action':'added','Type':'ticket','ID':'7'}"))
        .isEqualTo(new Signal.Changed(Set.of("service/tickets", "project/tickets"), 7, false));
    assertThat(parse("{'type':'reread','query':'t','id':7,'ids':[3,1]}"))
        .isEqualTo(
            new Signal.Reread(
                Optional.of("t"), Optional.of("7"), Optional.empty(), List.of(3L, 1L)));
    assertThat(parse("{'type':'resume','query':null}"))
        .isEqualTo(new Signal.Pause(Optional.empty(), Optional.empty(), false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'reread'} | either",
        "{'type':'reread','ids':[1],'conditions':'id=1'} | either",
        "{'type':'reread','ids':[1.5]} | \"ids\"",
        "{'type':'reread','ids':[]} | \"ids\"",
        "{'type':'reread','condition':'id=1','ids':[1]} | a field besides",
        "{'type':'reread','conditions':'a = 1) or (b = 1'} | bracket",
        "{'type':'reread','conditions':'a = [x'} | bracket",
        "{'type':'pause','query':7} | \"query\" is no text",
        "{'type':'changed','resource':'a','id':0} | \"id\"",
        "{'type':'changed','resource':'a','id':2147483648} | \"id\"",
        "{'type':'changed','id':1} | \"resource\" is missing",
        "{'Action':'deleted','Type':'note','ID':1} | \"Type\"",
        "{'Action':['deleted'],'Type':'ticket','ID':1} | \"Action\" is no text",
        "[1] | no JSON object",
        "{'type' | no JSON object"
      })
  void saysWhatIsWrongAndQuotesNothing(String value, String problem) {
    assertThatThrownBy(() -> parse(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem)
        .hasNoCause();
  }

  @Test
  void whateverComesIsASignalOrRefused() {
    assertThatThrownBy(() -> SignalParser.parse(new byte[SignalParser.LARGEST + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    String deep = "[".repeat(5_000);
    assertThatThrownBy(() -> parse("{'type':" + deep)).isInstanceOf(IllegalArgumentException.class);
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes =
          "{\"type\":\"reread\",\"conditions\":\"(a=[b]) and 'c'\",\"query\":\"q\"}"
              .getBytes(StandardCharsets.UTF_8);
      for (int flips = random.nextInt(5); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        SignalParser.parse(bytes);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  /** What signals may cost, whatever comes when. */
  @Test
  void thePaceIsATenthOfTheLimitWithAFewAtOnce() {
    Random random = new Random(9);
    for (int trial = 0; trial < 50; trial++) {
      int limit = 1 + random.nextInt(2_000);
      double share = 1.0 / (1 + random.nextInt(4));
      long start = random.nextLong();
      SignalPace pace = new SignalPace(limit, share, start);
      long now = start;
      int taken = 0;
      for (int i = 0; i < 500; i++) {
        now += (long) (random.nextInt(3) * 1e9);
        taken += pace.take(now) ? 1 : 0;
      }
      double minutes = (now - start) / 60e9;
      assertThat(taken).isLessThanOrEqualTo((int) (6 + minutes * limit / 10 * share));
    }
  }

  private static Signal parse(String text) {
    return SignalParser.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
