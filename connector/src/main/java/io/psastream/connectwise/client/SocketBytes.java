package io.psastream.connectwise.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Counts what a call reads from its socket, below everything that decodes it, and ends a call that
 * reads far more than comes out as its body: headers, chunk extensions and the header of gzip have
 * no end that their decoders would bound. A call is read on the thread that sends it, with HTTP/1.1
 * on a connection that is its own.
 */
final class SocketBytes {

  /** Bytes that an answer may have beside its body: all headers, and framing. */
  static final int BESIDE_BODY = 1024 * 1024;

  /** What OkHttp reads of the headers of one response, or of its trailers. */
  private static final int HEADERS = 256 * 1024;

  /** Bytes on the wire for one of the body, at the most: small chunks in small records of TLS. */
  private static final int FRAMING = 16;

  private static final ThreadLocal<SocketBytes> OF_CALL = new ThreadLocal<>();

  private long read;
  private long body;

  /** The answer has too much beside its body. */
  static final class TooMuch extends ProtocolException {

    private static final long serialVersionUID = 1L;

    TooMuch() {
      super("headers or framing without end");
    }
  }

  /** Counts what this thread reads until {@link #end}. */
  static SocketBytes begin() {
    SocketBytes bytes = new SocketBytes();
    OF_CALL.set(bytes);
    return bytes;
  }

  static void end() {
    OF_CALL.remove();
  }

  /** So many bytes of the body have come out, decompressed. */
  void decoded(long count) {
    body += count;
  }

  /** Whether a call that broke off has read as much as headers or trailers may have. */
  boolean endlessHeaders() {
    return besideBody() >= HEADERS;
  }

  private long besideBody() {
    return read - FRAMING * body;
  }

  private void count(int count) throws TooMuch {
    read += count;
    if (besideBody() > BESIDE_BODY) {
      throw new TooMuch();
    }
  }

  /** A plain socket that counts, on which TLS may be laid. */
  private static final class CountedSocket extends Socket {

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          int one = super.read();
          count(one < 0 ? 0 : 1);
          return one;
        }

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
          int read = super.read(into, offset, most);
          count(Math.max(0, read));
          return read;
        }
      };
    }

    private static void count(int bytes) throws TooMuch {
      SocketBytes call = OF_CALL.get();
      if (call != null) {
        call.count(bytes);
      }
    }
  }

  /** Makes the sockets; OkHttp connects them itself. */
  static final SocketFactory SOCKETS =
      new SocketFactory() {
        @Override
        public Socket createSocket() {
          return new CountedSocket();
        }

        @Override
        public Socket createSocket(String host, int port) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
          throw new UnsupportedOperationException();
        }
      };
}
