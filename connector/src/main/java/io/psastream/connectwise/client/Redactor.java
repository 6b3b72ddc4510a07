package io.psastream.connectwise.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.psastream.connectwise.client.ClientSettings.Credentials;
import io.psastream.connectwise.client.Failure.Detail;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Stands before every failure that leaves the client. What a server or a proxy repeats of the
 * secrets it was sent becomes {@code ***}: as they are, in Base64 at any offset, in hexadecimal,
 * apart or together, in any mix of escapes ({@link Unescaped}), in any case, and in pieces. Texts
 * of others become one printable line of bounded length. Hints and names of calls are the client's
 * own and stay. What a successful answer contains is the API's data and does not pass here.
 */
final class Redactor {

  private static final String MARK = "***";

  /** What is as long as this and occurs in a secret is taken for a piece of it. */
  private static final int PIECE = 8;

  /** Shorter beginnings are hidden where a text was cut, and secrets as short as words alone. */
  private static final int SHORT = 4;

  private static final int ID_LIMIT = 100;
  private static final int TEXT_LIMIT = 600;
  private static final int CAUSE_LIMIT = 2_000;

  private final Set<String> pieces = new HashSet<>();
  private final Set<String> beginnings = new HashSet<>();
  private final Set<String> words = new HashSet<>();

  Redactor(ClientSettings settings) {
    Credentials keys = settings.credentials();
    learn(keys.publicKey());
    learn(keys.privateKey());
    learn(keys.clientId().strip());
    learnBasic(keys.company() + "+" + keys.publicKey(), keys.privateKey());
    settings
        .proxy()
        .filter(proxy -> proxy.user().isPresent())
        .ifPresent(
            proxy -> {
              String password = proxy.password().orElse("");
              learn(proxy.user().get());
              learn(password);
              learnBasic(proxy.user().get(), password);
            });
  }

  /** The credentials of Basic authentication, which are often decoded, and encoded once more. */
  private void learnBasic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(UTF_8);
    String basic = Base64.getEncoder().withoutPadding().encodeToString(both);
    learnEncoded(both);
    add(basic);
    learnEncoded(basic.getBytes(UTF_8));
  }

  private void learn(String secret) {
    byte[] bytes = secret.getBytes(UTF_8);
    add(new String(bytes, ISO_8859_1));
    add(new String(bytes, ISO_8859_1).replace(' ', '+')); // as forms are encoded
    learnEncoded(bytes);
  }

  private void learnEncoded(byte[] bytes) {
    add(HexFormat.of().formatHex(bytes));
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, shifted, before, bytes.length);
      String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      String own = text.substring((before * 8 + 5) / 6); // before that it depends on what precedes
      add(own);
      add(own.replace('+', '-').replace('/', '_'));
    }
  }

  private void add(String form) {
    String plain = form.toLowerCase(Locale.ROOT);
    for (int length = SHORT; length < Math.min(PIECE, plain.length()); length++) {
      beginnings.add(plain.substring(0, length));
    }
    for (int i = 0; i + PIECE <= plain.length(); i++) {
      pieces.add(plain.substring(i, i + PIECE));
    }
    if (plain.length() < PIECE && plain.length() >= SHORT - 1) {
      words.add(plain);
    }
  }

  /** The failure without secrets, in its texts, its cause and the outcomes of a bulk operation. */
  ApiException clean(ApiException exception) {
    return exception.as(
        clean(exception.failure()),
        clean(exception.getCause()),
        exception.items().stream().map(this::clean).toList());
  }

  private Failure clean(Failure failure) {
    return new Failure(
        failure.kind(),
        failure.call(),
        failure.status(),
        clean(failure.code(), TEXT_LIMIT),
        clean(failure.message(), TEXT_LIMIT),
        failure.details().stream()
            .map(
                detail ->
                    new Detail(
                        clean(detail.code(), TEXT_LIMIT),
                        clean(detail.field(), TEXT_LIMIT),
                        clean(detail.message(), TEXT_LIMIT)))
            .toList(),
        clean(failure.requestId(), ID_LIMIT),
        failure.retryAfter(),
        failure.hint());
  }

  private Optional<String> clean(Optional<String> text, int limit) {
    return text.flatMap(it -> ErrorBody.line(it, limit))
        .map(it -> hide(it.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]+", " ")));
  }

  /** The cause, or one without causes of its own where any of them has a secret. */
  private Throwable clean(Throwable cause) {
    boolean fine =
        Stream.iterate(cause, Objects::nonNull, Throwable::getCause)
            .flatMap(each -> Stream.concat(Stream.of(each), Arrays.stream(each.getSuppressed())))
            .map(Throwable::toString)
            .allMatch(text -> text.length() <= CAUSE_LIMIT && hide(text).equals(text));
    if (fine) {
      return cause;
    }
    Optional<String> text = clean(Optional.ofNullable(cause.getMessage()), TEXT_LIMIT);
    IOException same =
        new IOException(cause.getClass().getSimpleName() + text.map(it -> ": " + it).orElse(""));
    same.setStackTrace(cause.getStackTrace());
    return same;
  }

  private JsonNode clean(JsonNode tree) {
    if (tree.isTextual()) {
      return TextNode.valueOf(hide(tree.asText()));
    }
    if (tree.isArray()) {
      ArrayNode array = Json.MAPPER.createArrayNode();
      tree.forEach(element -> array.add(clean(element)));
      return array;
    }
    if (tree.isObject()) {
      ObjectNode object = Json.MAPPER.createObjectNode();
      tree.properties().forEach(field -> object.set(hide(field.getKey()), clean(field.getValue())));
      return object;
    }
    return tree;
  }

  /** The text with a mark in the place of each secret and each piece of one. */
  String hide(String text) {
    BitSet hidden = new BitSet();
    Stream.iterate(Optional.of(Unescaped.of(text)), Optional::isPresent, it -> it.get().next())
        .forEach(view -> find(view.get(), hidden));
    if (hidden.isEmpty()) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    int shownTo = 0;
    for (int at = hidden.nextSetBit(0); at >= 0; at = hidden.nextSetBit(shownTo)) {
      shown.append(text, shownTo, at).append(MARK);
      shownTo = hidden.nextClearBit(at);
    }
    return shown.append(text, shownTo, text.length()).toString();
  }

  private void find(Unescaped view, BitSet hidden) {
    String text = view.text();
    for (int i = 0; i < text.length(); i++) {
      if (i + PIECE <= text.length() && pieces.contains(text.substring(i, i + PIECE))) {
        view.mark(i, i + PIECE, hidden);
      }
      for (int length = SHORT; length < PIECE && i + length <= text.length(); length++) {
        if (isCut(text, i + length) && beginnings.contains(text.substring(i, i + length))) {
          view.mark(i, i + length, hidden);
        }
      }
    }
    for (String word : words) {
      for (int i = text.indexOf(word); i >= 0; i = text.indexOf(word, i + 1)) {
        if (isWord(text, i, i + word.length())) {
          view.mark(i, i + word.length(), hidden);
        }
      }
    }
  }

  private static boolean isCut(String text, int end) {
    return end == text.length()
        || text.startsWith("...", end)
        || text.startsWith(Unescaped.ELLIPSIS, end);
  }

  /** A short secret is hidden where it stands alone, since words may contain it. */
  private static boolean isWord(String text, int start, int end) {
    return (start == 0 || !Character.isLetterOrDigit(text.charAt(start - 1)))
        && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
  }
}
