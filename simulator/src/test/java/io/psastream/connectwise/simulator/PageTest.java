package io.psastream.connectwise.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.psastream.connectwise.simulator.store.ItemCollection;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page at the simulator's address, in a real browser, and who may see it. */
@ExtendWith(SimulatorExtension.class)
final class PageTest {

  private static final String HOSTILE = "<img src=x onerror='document.title=1'>&amp;";

  @Test
  void ticketsAreEditedAndRequestsAndRecordsArriveWhileOneLooks(
      Simulator simulator, @TempDir Path profile) throws Exception {
    Optional<Path> program = Browser.program();
    assumeTrue(program.isPresent(), "There is no Chromium here (Debian: apt install chromium)");
    ItemCollection tickets = simulator.store().collection("/service/tickets");
    simulator.seed().tickets(30);
    tickets.update(7, ticket -> ticket.put("summary", HOSTILE));

    try (Browser browser = Browser.open(program.get(), simulator.url(), profile)) {
      browser.await("document.querySelectorAll('#tickets tr').length === 25");
      browser.await("document.querySelector('#ticket-7 input').value.startsWith('<img')");

      browser.evaluate(
          """
          (() => {
            const summary = document.querySelector('#ticket-7 input');
            summary.focus();
            document.execCommand('selectAll');
            document.execCommand('insertText', false, 'On fire');
            summary.blur();
            document.querySelector('#ticket-30 input[type=checkbox]').click();
            document.querySelector('#ticket-29 button').click();
            document.querySelector('#create').click();
          })()""");
      browser.await(
          "document.querySelector('#ticket-31') && !document.querySelector('#ticket-29')");
      browser.await("document.querySelector('#ticket-7 input').value === 'On fire'");
      assertThat(tickets.get(7).orElseThrow().tree().path("summary").asText()).isEqualTo("On fire");
      assertThat(tickets.get(29)).isEmpty();
      assertThat(tickets.get(31)).isPresent();

      new Caller(simulator).get("/service/tickets?pageSize=3&conditions=id%3E4");
      simulator.arrivals().add("psa.tickets", Optional.of("7"), Optional.of(HOSTILE));
      simulator.arrivals().add("psa.tickets", Optional.of("29"), Optional.empty());
      browser.await("document.querySelectorAll('#records tr').length === 2");
      browser.await("document.querySelectorAll('#requests tr').length === 1");
      assertThat(browser.evaluate("document.querySelector('#records').innerText").asText())
          .contains("psa.tickets", "29\ttombstone", "7\t" + HOSTILE);
      assertThat(browser.evaluate("document.querySelector('#requests').innerText").asText())
          .contains("GET /service/tickets", "conditions=id>4", "pageSize=3", "200");
      assertThat(browser.evaluate("document.querySelectorAll('img').length").asInt()).isZero();

      tickets.update(30, ticket -> ticket.put("summary", "Changed elsewhere"));
      browser.await("document.querySelector('#ticket-30 input').value === 'Changed elsewhere'");
      assertThat(tickets.get(30).orElseThrow().tree().path("closedFlag").asBoolean())
          .isEqualTo(
              browser
                  .evaluate("document.querySelector('#ticket-30 [type=checkbox]').checked")
                  .asBoolean());
      assertThat(browser.evaluate("document.querySelector('#status').innerText").asText())
          .isEmpty();
    }
  }

  @Test
  void withATokenThePageAsksForItAndNeverShowsIt() throws Exception {
    try (Simulator open = Simulator.start(SimulatorSettings.defaults().withHost("0.0.0.0"))) {
      String token = open.adminToken().orElseThrow();

      assertThat(answer(open, "Host: anywhere"))
          .contains(" 401 ", "Basic realm=")
          .doesNotContain("<html", token);
      assertThat(answer(open, "Host: anywhere", basic("any:" + token + "x"))).contains(" 401 ");
      assertThat(answer(open, "Host: anywhere", "Authorization: Basic %")).contains(" 401 ");
      assertThat(answer(open, "Host: anywhere", basic("any:" + token)))
          .contains(" 200 ", "<html")
          .doesNotContain(token);
      assertThat(answer(open, "Host: anywhere", "Origin: http://evil", basic("any:" + token)))
          .contains(" 403 ");
    }
  }

  /**
   * A browser sends what the pages of others ask for, also under a name that they gave loopback.
   */
  @Test
  void withoutATokenPagesOfOthersAreRefused(Simulator simulator) throws Exception {
    String here = "127.0.0.1:" + simulator.port();

    assertThat(answer(simulator, "Host: " + here)).contains(" 200 ", "<html");
    assertThat(answer(simulator, "Host: " + here, "Origin: http://" + here)).contains(" 200 ");
    assertThat(answer(simulator, "Host: localhost:1")).contains(" 200 ");
    assertThat(answer(simulator, "Host: [::1]:1")).contains(" 200 ");
    assertThat(answer(simulator, "Host: " + here, "Origin: http://evil.example")).contains(" 403 ");
    assertThat(answer(simulator, "Host: " + here, "Origin: null")).contains(" 403 ");
    assertThat(answer(simulator, "Host: evil.example")).contains(" 403 ");
    assertThat(answer(simulator, "Host: 127.0.0.1.evil.example")).contains(" 403 ");
  }

  private static String basic(String user) {
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
  }

  /** By hand, because Java's client sets Host itself. */
  private static String answer(Simulator asked, String... headers) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), asked.port())) {
      String request = "GET / HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers);
      socket.getOutputStream().write((request + "\r\n\r\n").getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
