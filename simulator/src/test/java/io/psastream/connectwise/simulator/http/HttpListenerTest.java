package io.psastream.connectwise.simulator.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpListenerTest {

  private HttpListener listener;

  @BeforeEach
  void listen() throws IOException {
    listener =
        HttpListener.start(
            "127.0.0.1",
            0,
            request -> {
              if (request.path().equals("/broken")) {
                throw new IllegalStateException("broken");
              }
              return Response.text(200, request.method() + " " + request.text() + ";");
            });
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  /** Sends this and reads until the server closes the connection. */
  private String exchange(String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String post(String headers, String body) {
    return "POST /x HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
  }

  private static final String LAST = "GET /y HTTP/1.1\r\nConnection: close\r\n\r\n";

  @Test
  void aConnectionServesOneRequestAfterTheOther() throws IOException {
    String answers = exchange(post("Content-Length: 2\r\n", "ab") + LAST);
    assertThat(answers).contains("POST ab;").endsWith("GET ;");
    assertThat(answers).contains("Connection: close");
  }

  @Test
  void chunkedBodiesArePutTogether() throws IOException {
    String chunked = post("Transfer-Encoding: chunked\r\n", "2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n");
    assertThat(exchange(chunked + LAST)).contains("POST abcde;").endsWith("GET ;");
  }

  @Test
  void whoWaitsToBeToldToContinueIsTold() throws IOException {
    String expecting = post("Expect: 100-continue\r\nContent-Length: 1\r\n", "a");
    assertThat(exchange(expecting + LAST)).startsWith("HTTP/1.1 100 Continue").contains("POST a;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET x HTTP/1.1\r\n\r\n",
        "GET /x SPDY/1\r\n\r\n",
        "GET /x HTTP/1.1\r\nno colon\r\n\r\n",
        "POST /x HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        "POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n"
      })
  void whatCannotBeUnderstoodIsRefusedAndTheConnectionClosed(String text) throws IOException {
    assertThat(exchange(text)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aMistakeOfItsOwnIsA500ThatSaysSo() throws IOException {
    String broken = "GET /broken HTTP/1.1\r\n\r\n" + LAST;
    assertThat(exchange(broken)).contains("500").contains("The simulator failed").endsWith("GET ;");
  }

  @Test
  void closingEndsOpenConnectionsAndTakesNoNewOnes() throws IOException {
    try (Socket open = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
      open.setSoTimeout(10_000);
      open.getOutputStream().write("GET /x HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(open.getInputStream().read()).isPositive();
      int port = listener.port();
      listener.close();
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
          .isInstanceOf(ConnectException.class);
    }
  }
}
