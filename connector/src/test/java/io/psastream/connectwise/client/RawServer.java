package io.psastream.connectwise.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import javax.net.ssl.SSLServerSocket;

/** A server on 127.0.0.1 that answers each request with bytes that need not be HTTP. */
public final class RawServer implements AutoCloseable {

  private final ServerSocket socket;
  private final Supplier<byte[]> answers;

  public RawServer(Supplier<byte[]> answers) throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answers);
  }

  /** A server on a socket of the test's, which may speak TLS. */
  public RawServer(ServerSocket socket, Supplier<byte[]> answers) {
    this.answers = answers;
    this.socket = socket;
    start(this::accept);
  }

  private static void start(Runnable run) {
    Thread thread = new Thread(run, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  public URI url() {
    return URI.create(
        (socket instanceof SSLServerSocket ? "https" : "http")
            + "://127.0.0.1:"
            + socket.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = socket.accept();
        start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  /** Until the client ends the connection, or an answer has no length to tell its end. */
  private void serve(Socket connection) {
    try (connection) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      while (true) {
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
          line = in.readLine();
        }
        if (line == null) {
          return;
        }
        byte[] answer = answers.get();
        connection.getOutputStream().write(answer);
        connection.getOutputStream().flush();
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        if (text.contains("Connection: close") || !text.contains("Content-Length")) {
          return;
        }
      }
    } catch (IOException closed) {
      // The client has given up.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
