package io.psastream.connectwise.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  private static final String SECRET = "x9Kq2vLm7TzPw4Rb";

  private static Map<String, String> file() {
    Map<String, String> file = new HashMap<>();
    file.put("connectwise.site.url", "https://na.myconnectwise.net");
    file.put("connectwise.username", "mine+public");
    file.put("connectwise.password", SECRET);
    file.put("connectwise.client.id", "11111111-2222-3333-4444-555555555555");
    file.put("bootstrap.servers", "localhost:9092");
    file.put("topic", "signals");
    file.put("callback.url", "https://example.com/hooks");
    return file;
  }

  @Test
  void optionsWinOverTheEnvironmentAndTheEnvironmentOverTheFile() {
    Map<String, String> environment =
        Map.of(
            "TOPIC", "second",
            "LISTEN", "127.0.0.1:1",
            "CONNECTWISE_CLIENT_ID", "other-client",
            "PRODUCER_SECURITY_PROTOCOL", "SSL");

    Settings settings = Settings.of(file(), environment, Map.of("topic", "third"));

    assertThat(settings.topic()).isEqualTo("third");
    assertThat(settings.listen().getPort()).isEqualTo(1);
    assertThat(settings.client().credentials().clientId()).isEqualTo("other-client");
    assertThat(settings.producer())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("bootstrap.servers", "localhost:9092");
  }

  @Test
  void namesAFileThatCannotBeRead(@TempDir Path folder) throws IOException {
    Path bytes = Files.write(folder.resolve("bytes"), new byte[] {'a', '=', (byte) 0xff});
    Path escape = Files.writeString(folder.resolve("escape"), "a=\\uZZZZ");
    for (Path file : List.of(folder, folder.resolve("none"), bytes, escape)) {
      StringWriter err = new StringWriter();

      int code =
          CallbacksCommand.run(
              Map.of(),
              new PrintWriter(Writer.nullWriter()),
              new PrintWriter(err, true),
              "--config",
              file.toString(),
              "status");

      assertThat(code).isNotZero();
      assertThat(err.toString())
          .contains("--config: the file " + file + " cannot be read")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void noSettingOfTheProducerLetsACallbackCountBeforeAllReplicasHaveIt() {
    Map<String, String> file = file();
    file.put("producer.acks", "0");
    file.put("producer.value.serializer", "some.Class");

    assertThat(Settings.of(file, Map.of(), Map.of()).producer())
        .containsEntry("acks", "all")
        .doesNotContainValue("some.Class");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "callback.type | ticket",
        "connectwise.site.url | ftp://x",
        "connectwise.username | nobody",
        "listen | 8090",
        "listen | localhost:99999",
        "topic | a/b",
        "bootstrap.servers | ' '",
        "callback.url | example.com",
        "callback.url | https://user:pass@example.com",
        "callback.types | tickets",
        "callback.types | ticket:board",
        "callback.types | ticket:board:x",
        "callback.name | a b",
      })
  void whatIsWrongIsNamedAndNoSecretIs(String key, String value) {
    Map<String, String> file = file();
    file.put(key, value);

    assertThatThrownBy(
            () -> {
              Settings settings = Settings.of(file, Map.of(), Map.of());
              settings.client();
              settings.listen();
              settings.topic();
              settings.producer();
              settings.entries();
              settings.mark();
            })
        .hasMessageContaining(key)
        .hasMessageNotContaining(SECRET);
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com/hooks, https://example.com/hooks?recordId=",
    "https://example.com/hooks?token=1, https://example.com/hooks?token=1&recordId=",
    "https://example.com/hooks?recordId=, https://example.com/hooks?recordId=",
  })
  void theAddressEndsWhereConnectWiseAddsTheId(String url, String registered) {
    Map<String, String> file = file();
    file.put("callback.url", url);
    file.put("callback.types", "ticket, Time, ticket:board:12, ticket");

    assertThat(Settings.of(file, Map.of(), Map.of()).entries())
        .containsExactly(
            new Entry("ticket", "owner", 1, registered),
            new Entry("time", "owner", 1, registered),
            new Entry("ticket", "board", 12, registered));
  }
}
