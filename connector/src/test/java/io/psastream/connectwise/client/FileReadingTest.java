package io.psastream.connectwise.client;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken for a file, and what is not. */
class FileReadingTest {

  private static final String PAGE = "<html><title>Sign in</title></html>";

  private ScriptedServer server;
  private ConnectWiseClient client;

  /** What a decoder gets to see of a file. */
  private record Seen(
      Map<String, String> path, Optional<String> type, Optional<String> name, String text) {}

  private record SeeingDecoder(Media media) implements ItemDecoder<Seen> {
    @Override
    public boolean decode(AnswerBody body, Consumer<? super Seen> items) throws IOException {
      String text = new String(body.bytes(), UTF_8);
      items.accept(new Seen(body.path(), body.contentType(), body.fileName(), text));
      return true;
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    client = Calls.settings(server.url()).retry(Calls.quickly(0)).maxBytes(1_000).open();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private List<Seen> read(ItemDecoder.Media media) {
    Call call =
        Call.of(Calls.operation("getSystemDocumentsByIdDownload"), Map.of("id", "5"), Map.of());
    return client.send(call, new SeeingDecoder(media)).items();
  }

  private Failure failure() {
    return catchThrowableOfType(ApiException.class, () -> read(ItemDecoder.Media.FILE)).failure();
  }

  @Test
  void asksForAnyTypeWhereTheAnswerIsNotJson() {
    ScriptedServer.Reply file = answer(200, "application/pdf", "%PDF");
    server.always(
        exchange ->
            (exchange.getRequestHeaders().getFirst("Accept").equals("application/json, */*")
                    ? file
                    : answer(406, "", ""))
                .to(exchange));
    List<Operation> files =
        Catalog.load().operations().stream()
            .filter(it -> it.method() == Operation.HttpMethod.GET)
            .filter(it -> Set.of(AnswerKind.BINARY, AnswerKind.HTML).contains(it.answer()))
            .toList();

    assertThat(files).hasSizeGreaterThanOrEqualTo(9);
    for (Operation each : files) {
      Map<String, String> path =
          each.path().parameters().stream().collect(Collectors.toMap(name -> name, name -> "5"));
      client.send(Call.of(each, path, Map.of()), new SeeingDecoder(ItemDecoder.Media.FILE));
    }
  }

  @Test
  void givesBytesTypeNameAndWhatWasAskedFor() {
    server.always(
        answer(
            200, "text/plain; charset=utf-8", " \n a", "Content-Disposition", "x; filename=a.txt"));

    assertThat(read(ItemDecoder.Media.FILE))
        .containsExactly(
            new Seen(Map.of("id", "5"), Optional.of("text/plain"), Optional.of("a.txt"), " \n a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/pdf", "image/png", "text/xml", ""})
  void takesEveryTypeButAPage(String type) {
    server.always(answer(200, type, "<svg/>"));

    assertThat(read(ItemDecoder.Media.FILE)).extracting(Seen::text).containsExactly("<svg/>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html; charset=utf-8", "application/xhtml+xml", ""})
  void takesAPageForWhatItIs(String type) {
    server.always(answer(200, type, type.isEmpty() ? "\n<!DOCTYPE HTML>" + PAGE : PAGE));

    Failure failure = failure();

    assertThat(failure.kind()).isEqualTo(Kind.MISROUTED);
    assertThat(failure.toString()).contains("instead of a file\"");
  }

  @Test
  void takesAPageThatHasAFileNameForAFile() {
    server.always(
        answer(200, "text/html", PAGE, "Content-Disposition", "attachment; filename=mail.html"));

    assertThat(read(ItemDecoder.Media.FILE)).extracting(Seen::text).containsExactly(PAGE);
  }

  @Test
  void takesAPageWhereOneIsExpected() {
    server.always(answer(200, "text/html", PAGE));

    assertThat(read(ItemDecoder.Media.PAGE)).extracting(Seen::text).containsExactly(PAGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204})
  void findsNoFileInAnEmptyBody(int status) {
    server.always(answer(status, "text/html", ""));

    assertThat(read(ItemDecoder.Media.FILE)).isEmpty();
  }

  @Test
  void refusesAFileThatIsTooLargeWithTheKeyThatPermitsIt() {
    server.always(answer(200, "application/pdf", "x".repeat(1_001)));

    Failure failure = failure();

    assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(failure.hint()).contains("Raise http.response.max.bytes");
    assertThat(failure.toString())
        .isEqualTo(
            "getSystemDocumentsByIdDownload GET /system/documents/5/download → 200"
                + " \"The answer is larger than 1000 bytes\"");
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void takesAFileOfExactlyTheLimit() {
    server.always(answer(200, "application/pdf", "x".repeat(1_000)));

    assertThat(read(ItemDecoder.Media.FILE)).hasSize(1);
  }

  @Test
  void tellsAFileThatIsGoneFromAnEndpointThatIs() {
    server.always(json(404, "{\"code\":\"NotFound\",\"message\":\"Document 5 not found\"}"));

    assertThat(failure().kind()).isEqualTo(Kind.NOT_FOUND);
  }
}
