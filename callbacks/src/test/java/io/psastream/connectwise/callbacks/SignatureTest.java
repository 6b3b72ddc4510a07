package io.psastream.connectwise.callbacks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Against values that another implementation worked out. */
class SignatureTest {

  private static final byte[] BODY =
      "{\"Action\":\"updated\",\"Type\":\"ticket\",\"ID\":4711}".getBytes(UTF_8);
  private static final String HEADER = "uG9M67MZWOAlAjnv+ogpYLvklzOZLrXaClFFqSK1VHk=";

  @Test
  void fitsTheBodyAndTheKeyThatItWasMadeOf() {
    assertThat(new Signature(HEADER).fits(BODY, "3f6a9c0e-key")).isTrue();
    assertThat(new Signature(" " + HEADER + " ").fits(BODY, "3f6a9c0e-key")).isTrue();
    assertThat(
            new Signature("B10jtuPCick1iVCkCgjw4+I7jwCB1InTd+St+PdzGys=")
                .fits(" {\"a\":\"\\u00e4ä\"}\r\n".getBytes(UTF_8), "schlüssel"))
        .isTrue();
  }

  @Test
  void fitsNoOtherByteKeyOrHeader() {
    for (int i = 0; i < BODY.length; i++) {
      byte[] other = BODY.clone();
      other[i] ^= 1;
      assertThat(new Signature(HEADER).fits(other, "3f6a9c0e-key")).isFalse();
    }
    assertThat(new Signature(HEADER).fits(BODY, "3f6a9c0e-key ")).isFalse();
    for (String header :
        new String[] {"", "=", "%", "AA==", HEADER + HEADER, HEADER.substring(4)}) {
      assertThat(new Signature(header).fits(BODY, "3f6a9c0e-key")).isFalse();
    }
  }
}
