package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A server or proxy that repeats what it was sent makes none of it public, wherever it puts it. */
class EchoedSecretsTest {

  private static final int ANSWERS = 300;

  private final Random random = new Random(3);
  private final Echoes echoes = new Echoes();

  @Test
  void neitherInExceptionsNorInFailuresNorInTheLog() throws Exception {
    List<String> published = new ArrayList<>();
    List<String> log = Echoes.logged(() -> call(published));

    assertThat(published).hasSizeGreaterThan(ANSWERS);
    assertThat(log)
        .anyMatch(line -> line.contains("Retrying in"))
        .anyMatch(line -> line.contains("DEBUG"))
        .anyMatch(line -> line.contains("***"));
    echoes.assertNoneIn(published);
    echoes.assertNoneIn(log);
  }

  private void call(List<String> published) throws Exception {
    try (RawServer server = new RawServer(echoes::answer);
        ConnectWiseClient client =
            Calls.settings(URI.create("http://cw.example.com"))
                .user(Echoes.USER)
                .key(Echoes.KEY)
                .retry(Calls.quickly(1))
                .proxy(Echoes.proxy(server.url().getPort()))
                .open()) {
      for (int i = 0; i < ANSWERS; i++) {
        ApiException e =
            catchThrowableOfType(
                ApiException.class,
                () ->
                    client.send(
                        random.nextBoolean()
                            ? Calls.tickets(Map.of())
                            : Calls.write("postServiceTickets", "{}")));
        if (e != null) {
          publish(e, published);
        }
      }
    }
  }

  private static void publish(ApiException e, List<String> published) {
    published.add(Echoes.trace(e));
    Failure failure = e.failure();
    published.add(failure + " " + failure.details() + failure.hint() + e.items());
    failure.requestId().ifPresent(id -> assertThat(id).hasSizeLessThanOrEqualTo(120));
  }
}
