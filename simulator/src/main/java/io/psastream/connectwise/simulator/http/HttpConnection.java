package io.psastream.connectwise.simulator.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.psastream.connectwise.simulator.http.RequestReader.MalformedRequestException;
import io.psastream.connectwise.simulator.http.Response.Ending;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;

/** Serves one connection, request after request, until either side has enough. */
final class HttpConnection {

  private static final System.Logger LOG = System.getLogger(HttpConnection.class.getName());

  private static final int IDLE_MILLIS = 120_000;
  private static final int BUFFER = 128 * 1024;

  private final Socket socket;
  private final Responder responder;

  HttpConnection(Socket socket, Responder responder) {
    this.socket = socket;
    this.responder = responder;
  }

  void run() {
    try (socket) {
      socket.setSoTimeout(IDLE_MILLIS);
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
      RequestReader reader =
          new RequestReader(new BufferedInputStream(socket.getInputStream()), out);
      boolean open = true;
      while (open) {
        open = exchange(reader, out);
      }
    } catch (IOException gone) {
      // The peer hung up or fell silent; there is nobody left to tell.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean exchange(RequestReader reader, OutputStream out)
      throws IOException, InterruptedException {
    Optional<Request> request;
    try {
      request = reader.next();
    } catch (MalformedRequestException malformed) {
      send(Response.text(400, "Bad Request"), false, out);
      return false;
    }
    if (request.isEmpty()) {
      return false;
    }
    boolean keep = request.get().header("Connection").filter("close"::equalsIgnoreCase).isEmpty();
    return send(answer(request.get()), keep, out);
  }

  /** A mistake of the simulator's own must not look like one of the network's. */
  private Response answer(Request request) throws InterruptedException {
    try {
      return responder.answer(request);
    } catch (RuntimeException mistake) {
      LOG.log(
          Level.ERROR,
          "The simulator failed on " + request.method() + " " + request.path(),
          mistake);
      return Response.text(500, "The simulator failed: " + mistake);
    }
  }

  /** Sends; answers whether the connection can be used again. */
  private boolean send(Response response, boolean keep, OutputStream out) throws IOException {
    if (response.ending() == Ending.SILENT) {
      return false;
    }
    out.write(head(response, keep).getBytes(ISO_8859_1));
    if (response.ending() == Ending.CUT) {
      byte[] body = response.body().bytes();
      out.write(Arrays.copyOf(body, body.length / 2));
      out.flush();
      return false;
    }
    response.body().writeTo(out);
    out.flush();
    return keep;
  }

  private static String head(Response response, boolean keep) {
    StringBuilder head = new StringBuilder(512);
    head.append("HTTP/1.1 ")
        .append(response.status())
        .append(' ')
        .append(reason(response.status()));
    response
        .headers()
        .asMap()
        .forEach((name, value) -> head.append("\r\n").append(name).append(": ").append(value));
    if (response.status() != 204) {
      head.append("\r\nContent-Length: ").append(response.body().length());
    }
    if (!keep) {
      head.append("\r\nConnection: close");
    }
    return head.append("\r\n\r\n").toString();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 204 -> "No Content";
      case 207 -> "Multi-Status";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 409 -> "Conflict";
      case 414 -> "URI Too Long";
      case 415 -> "Unsupported Media Type";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Status";
    };
  }
}
