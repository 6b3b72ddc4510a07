package io.psastream.connectwise.simulator.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Listens on a port and serves each connection on a thread of its own, up to a bound; more are
 * closed at once. The JDK's own server is not used because it sets the {@code Date} header itself,
 * which here belongs to the simulated clock.
 */
public final class HttpListener implements Closeable {

  private static final int MOST_CONNECTIONS = 512;

  private final ServerSocket socket;
  private final Responder responder;
  private final CountDownLatch accepting = new CountDownLatch(1);
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0, MOST_CONNECTIONS + 1, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons());

  private HttpListener(ServerSocket socket, Responder responder) {
    this.socket = socket;
    this.responder = responder;
  }

  /** Listens; port 0 takes a free one. */
  public static HttpListener start(String host, int port, Responder responder) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getByName(host), port), MOST_CONNECTIONS);
    HttpListener listener = new HttpListener(socket, responder);
    listener.threads.execute(listener::accept);
    return listener;
  }

  public int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        serve(socket.accept());
      } catch (IOException closedOrExhausted) {
        // Closed: the loop ends. Otherwise the next accept says whether it goes on.
      }
    }
    accepting.countDown();
  }

  private void serve(Socket connection) throws IOException {
    connections.add(connection);
    try {
      connection.setTcpNoDelay(true);
      threads.execute(
          () -> {
            new HttpConnection(connection, responder).run();
            connections.remove(connection);
          });
    } catch (RejectedExecutionException tooMany) {
      connections.remove(connection);
      connection.close();
    }
  }

  /** Stops listening and closes every connection. */
  @Override
  public void close() throws IOException {
    socket.close();
    awaitNoMoreAccepted();
    for (Socket connection : connections) {
      connection.close();
    }
    threads.shutdownNow();
  }

  /** Until the accepting thread has left the socket, the system still takes connections for it. */
  private void awaitNoMoreAccepted() {
    try {
      boolean ended = accepting.await(5, TimeUnit.SECONDS);
      if (!ended) {
        throw new IllegalStateException("The listener did not stop.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ThreadFactory daemons() {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "simulator-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
