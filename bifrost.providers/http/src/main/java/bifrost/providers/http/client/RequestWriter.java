package bifrost.providers.http.client;

import bifrost.api.model.Header;
import bifrost.api.provider.Body;
import bifrost.providers.http.UpstreamRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes a request: in one piece where it fits the connection's buffer. */
final class RequestWriter {
  private static final int UPLOAD_BYTES = 32 * 1024;
  private static final int MAX_HEAD_BYTES = 256 * 1024;

  private final Connection connection;
  private final Connector connector;
  private final Origin origin;
  private final UpstreamRequest request;
  private int length;

  RequestWriter(
      Connection connection, Connector connector, Origin origin, UpstreamRequest request) {
    this.connection = connection;
    this.connector = connector;
    this.origin = origin;
    this.request = request;
  }

  /**
   * Writes the request; blocks.
   *
   * @return whether all of it was written; not so when the answer came before
   * @throws UnreadableBodyException when the body cannot be read
   */
  boolean write() throws IOException {
    connection.clear();
    head();
    Optional<List<ByteBuffer>> slices = request.body().flatMap(Body::slices);
    if (request.body().isPresent() && slices.isEmpty()) {
      flush();
      return upload(request.body().get());
    }
    if (slices.isPresent()) {
      for (ByteBuffer slice : slices.get()) {
        slice(slice.duplicate());
      }
    }
    flush();
    return true;
  }

  private void head() throws IOException {
    put(request.method());
    put(" ");
    if (connector.isRelayed(origin)) {
      put("http://");
      put(origin.authority());
    }
    String path = request.uri().getRawPath();
    put(path == null || path.isEmpty() ? "/" : path);
    if (request.uri().getRawQuery() != null) {
      put("?");
      put(request.uri().getRawQuery());
    }
    put(" HTTP/1.1\r\nHost: ");
    put(origin.authority());
    put("\r\nAccept-Encoding: identity\r\n");
    for (Header header : request.headers()) {
      if (Fields.passes(header) && !Fields.isReplaced(header, request)) {
        field(header.name(), header.value());
      }
    }
    for (Header header : request.network().extraHeaders()) {
      if (Fields.passes(header)) {
        field(header.name(), header.value());
      }
    }
    connector.proxyAuthorization(origin).ifPresent(value -> field("Proxy-Authorization", value));
    if (request.body().isPresent()) {
      long bytes = request.body().get().length();
      if (bytes >= 0) {
        field("Content-Length", Long.toString(bytes));
      } else {
        field("Transfer-Encoding", "chunked");
      }
    }
    put("\r\n");
    if (length > MAX_HEAD_BYTES) {
      throw new IOException("a head of " + length + " bytes");
    }
  }

  private void field(String name, String value) {
    put(name);
    put(": ");
    int from = length;
    put(value);
    // What could end the line early becomes a blank.
    for (int i = from; i < length; i++) {
      byte b = connection.buffer[i];
      if (b >= 0 && b < ' ' && b != '\t' || b == 127) {
        connection.buffer[i] = ' ';
      }
    }
    put("\r\n");
  }

  private void put(String text) {
    int count = text.length();
    if (connection.buffer.length - length < count) {
      connection.buffer =
          Arrays.copyOf(connection.buffer, Math.max(connection.buffer.length * 2, length + count));
    }
    byte[] buffer = connection.buffer;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      buffer[length + i] = (byte) (c > 255 ? '?' : c);
    }
    length += count;
  }

  private void slice(ByteBuffer slice) throws IOException {
    int count = slice.remaining();
    if (count > connection.buffer.length - length) {
      flush();
      if (slice.hasArray()) {
        connection.out().write(slice.array(), slice.arrayOffset() + slice.position(), count);
        return;
      }
      while (slice.remaining() > connection.buffer.length) {
        slice.get(connection.buffer);
        connection.out().write(connection.buffer);
      }
      count = slice.remaining();
    }
    slice.get(connection.buffer, length, count);
    length += count;
  }

  private void flush() throws IOException {
    if (length > 0) {
      connection.out().write(connection.buffer, 0, length);
      length = 0;
    }
  }

  private boolean upload(Body body) throws IOException {
    boolean chunked = body.length() < 0;
    byte[] data = new byte[UPLOAD_BYTES];
    try (InputStream in = open(body)) {
      for (int count = read(in, data); count >= 0; count = read(in, data)) {
        if (connection.hasArrived()) {
          return false;
        }
        if (chunked && count > 0) {
          put(Integer.toHexString(count));
          put("\r\n");
        }
        slice(ByteBuffer.wrap(data, 0, count));
        if (chunked && count > 0) {
          put("\r\n");
        }
        flush();
      }
    }
    if (chunked) {
      put("0\r\n\r\n");
    }
    flush();
    return true;
  }

  private static InputStream open(Body body) throws UnreadableBodyException {
    try {
      return body.open();
    } catch (IOException e) {
      throw new UnreadableBodyException(e);
    }
  }

  private static int read(InputStream in, byte[] data) throws UnreadableBodyException {
    try {
      return in.read(data);
    } catch (IOException e) {
      throw new UnreadableBodyException(e);
    }
  }

  /** The caller's own body is at fault, not the connection. */
  static final class UnreadableBodyException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableBodyException(IOException cause) {
      super(cause);
    }
  }
}
