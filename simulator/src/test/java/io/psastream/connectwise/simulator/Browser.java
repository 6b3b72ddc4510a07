package io.psastream.connectwise.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium that shows one page, driven through its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");

  private final Process process;
  private final WebSocket devtools;
  private final Answers answers;

  private Browser(Process process, WebSocket devtools, Answers answers) {
    this.process = process;
    this.devtools = devtools;
    this.answers = answers;
  }

  /** The program of Debian's package or of another; empty where there is none. */
  static Optional<Path> program() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> Stream.of("chromium", "google-chrome").map(Path.of(folder)::resolve))
        .filter(file -> file.toFile().canExecute())
        .findFirst();
  }

  static Browser open(Path program, String url, Path profile) throws Exception {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                url)
            .redirectErrorStream(true)
            .start();
    try {
      HttpClient http = HttpClient.newHttpClient();
      Answers answers = new Answers();
      WebSocket devtools =
          http.newWebSocketBuilder()
              .buildAsync(page(http, address(process)), answers)
              .get(20, TimeUnit.SECONDS);
      return new Browser(process, devtools, answers);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static String address(Process process) throws IOException {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Optional<MatchResult> listening = LISTENING.matcher(line).results().findFirst();
      if (listening.isPresent()) {
        return listening.get().group(1);
      }
      said.append(line).append('\n');
    }
    throw new IOException("The browser ended: " + said);
  }

  private static URI page(HttpClient http, String address) throws Exception {
    HttpRequest list =
        HttpRequest.newBuilder(URI.create("http://" + address + "/json/list")).build();
    for (JsonNode target : JSON.readTree(http.send(list, BodyHandlers.ofString()).body())) {
      if (target.path("type").asText().equals("page")) {
        return URI.create(target.path("webSocketDebuggerUrl").asText());
      }
    }
    throw new IOException("The browser shows no page");
  }

  /** The value of an expression, or of the promise that it gives; missing if the page goes away. */
  JsonNode evaluate(String expression) throws Exception {
    ObjectNode command = JSON.createObjectNode().put("id", 1).put("method", "Runtime.evaluate");
    command
        .putObject("params")
        .put("expression", expression)
        .put("awaitPromise", true)
        .put("returnByValue", true);
    devtools.sendText(command.toString(), true).get(20, TimeUnit.SECONDS);
    JsonNode answer = JSON.readTree(answers.next()).path("result");
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(answer.path("exceptionDetails").toString());
    }
    return answer.at("/result/value");
  }

  /** Waits until an expression is true in the page, 10 s at most once the page is there. */
  void await(String condition) throws Exception {
    String wait =
        """
        new Promise((resolve, reject) => {
          const end = Date.now() + 10000;
          const look = () => {
            if (%1$s) resolve(true);
            else if (Date.now() > end) reject(new Error(%2$s + document.body.innerText));
            else setTimeout(look, 20);
          };
          look();
        })"""
            .formatted(condition, JSON.writeValueAsString(condition + " is not so: "));
    // Nothing is the answer when the page takes the place of the empty one of the start.
    for (int pages = 0; pages < 2; pages++) {
      if (evaluate(wait).asBoolean()) {
        return;
      }
    }
    throw new AssertionError("The page went away before " + condition);
  }

  @Override
  public void close() {
    devtools.abort();
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    // Until they are gone they write into the profile.
    all.forEach(each -> each.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }

  /** Messages, put together from their parts. */
  private static final class Answers implements WebSocket.Listener {
    private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        whole.add(part.toString());
        part.setLength(0);
      }
      socket.request(1);
      return null;
    }

    String next() throws InterruptedException, TimeoutException {
      return Optional.ofNullable(whole.poll(20, TimeUnit.SECONDS))
          .orElseThrow(() -> new TimeoutException("The browser gave no answer"));
    }
  }
}
