package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.ClientSettings.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No form of a secret gets past, and nothing else is lost. Secrets are made at random, by seed. */
class RedactorTest {

  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private final Random random = new Random(5);

  /** How a secret is written by those who repeat it. */
  private static final List<UnaryOperator<String>> WRITTEN =
      List.of(
          text -> text,
          text -> text.toUpperCase(Locale.ROOT),
          text -> base64(text),
          text -> base64("x" + text),
          text -> base64("Bo: " + text),
          text -> Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8)),
          text -> URLEncoder.encode(text, UTF_8),
          text -> URLEncoder.encode(base64(text), UTF_8).toLowerCase(Locale.ROOT),
          text -> URLEncoder.encode(URLEncoder.encode(text, UTF_8), UTF_8),
          text -> each(text, "%%%02x"),
          text -> each(text, "%%%02X"),
          text -> each(text, "\\u%04x"),
          text -> each(text, "\\x%02x"),
          text -> each(text, "&#%d;"),
          text -> each(text, "&#x%x;"),
          text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"",
          text -> text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;"),
          text -> HexFormat.of().formatHex(text.getBytes(UTF_8)));

  private static String base64(String text) {
    return Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static String each(String text, String format) {
    return text.chars().mapToObj(format::formatted).collect(Collectors.joining());
  }

  private String secret(String letters) {
    return random
        .ints(12 + random.nextInt(12), 0, letters.length())
        .mapToObj(i -> letters.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  private record Known(Redactor redactor, List<String> secrets) {}

  private Known known() {
    String user = secret(LETTERS);
    String key = secret(LETTERS);
    String proxyUser = secret(LETTERS);
    String proxyPassword = secret(LETTERS + "+/=&<\"\\%: !");
    Redactor redactor =
        new Redactor(
            Calls.settings(URI.create("http://127.0.0.1:1"))
                .user(user)
                .key(key)
                .proxy(new Proxy("proxy", 3128, Optional.of(proxyUser), Optional.of(proxyPassword)))
                .done());
    return new Known(
        redactor,
        List.of(
            user,
            key,
            "11111111-2222-3333-4444-555555555555",
            proxyPassword,
            user + ":" + key,
            base64("acme+" + user + ":" + key),
            proxyUser + ":" + proxyPassword));
  }

  @Test
  void hidesEverySecretInWhateverWayItIsWritten() {
    for (int round = 0; round < 20; round++) {
      Known known = known();
      for (String secret : known.secrets()) {
        for (UnaryOperator<String> writing : WRITTEN) {
          String written = writing.apply(secret);
          String shown = known.redactor().hide("Token {" + written + "} is not valid.");

          assertThat(shown).startsWith("Token {").endsWith("} is not valid.").contains("***");
          assertNothingOf(shown.substring(7, shown.length() - 15), written);
        }
      }
    }
  }

  @Test
  void hidesThePartsOfASecretThatWasCut() {
    for (int round = 0; round < 300; round++) {
      Known known = known();
      String secret = known.secrets().get(random.nextInt(2));
      String written = WRITTEN.get(random.nextInt(4)).apply(secret);
      int cut = random.nextInt(written.length());
      String end = random.nextBoolean() ? "…" : "";

      assertNothingOf(
          known.redactor().hide("Refused: " + written.substring(0, cut) + end).substring(9),
          written);
      assertNothingOf(
          known
              .redactor()
              .hide(written.substring(cut) + " was refused")
              .replace(" was refused", ""),
          written.length() - cut < 8 ? "" : written);
    }
  }

  @Test
  void leavesEverythingElseAsItIs() {
    Known known = known();
    for (String text :
        List.of(
            "The company acme is unknown at https://na.myconnectwise.net",
            "Conditions 'a%20b' &amp; \\u0041 are 100% wrong… see 550e8400-e29b-41d4-a716-446655440000",
            "",
            "Sæther \uD83D\uDE00 %zz \\u00 &#; &#99999999;")) {
      assertThat(known.redactor().hide(text)).isEqualTo(text);
    }
  }

  @Test
  void hidesASecretThatIsAsShortAsAWordOnlyWhereItStandsAlone() {
    Redactor redactor =
        new Redactor(Calls.settings(URI.create("http://127.0.0.1:1")).key("abcd").done());

    assertThat(redactor.hide("key=abcd, abcdef")).isEqualTo("key=***, abcdef");
  }

  /** No piece that would help to guess the rest. */
  private static void assertNothingOf(String shown, String written) {
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i + 8 <= written.length(); i++) {
      pieces.add(written.substring(i, i + 8));
    }
    assertThat(pieces).as(shown).noneMatch(shown::contains);
    if (!written.isEmpty() && shown.endsWith("…")) {
      assertThat(shown.length()).as(shown).isLessThanOrEqualTo(8);
    }
  }
}
