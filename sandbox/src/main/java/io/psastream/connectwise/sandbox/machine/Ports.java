package io.psastream.connectwise.sandbox.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Free loopback ports, for servers that must be told their port before they start. */
public final class Ports {
  /** Below those that systems give to connections, so that none takes one before its server. */
  private static final int FIRST = 20_000;

  private static final int END = 32_000;
  private static final int TRIES = 100;

  private Ports() {}

  /** A port that was free a moment ago. */
  public static int free() throws IOException {
    for (int tries = 1; ; tries++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * Says so at once when a port is taken, instead of some server later.
   *
   * @param option what to choose another one with
   */
  public static void requireFree(int port, String option) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      socket.setReuseAddress(true);
    } catch (IOException e) {
      throw new SandboxException(
          "Port "
              + port
              + " of 127.0.0.1 is in use; end what listens there or choose another port with "
              + option
              + ".",
          e);
    }
  }
}
