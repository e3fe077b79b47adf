package bifrost.runtime.pipeline;

import bifrost.api.filter.ResponseFilter;
import bifrost.api.model.Header;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way of an answer to the client through the response filters, the last request filter first.
 *
 * <p>Without filters, bytes go straight on. With filters, a stream is filtered event by event and
 * any other answer as a whole, which is bounded.
 */
final class ClientOutput {
  private static final int LARGEST_FILTERED = 32 << 20;

  private final ClientResponse client;
  private final List<ResponseFilter> filters;
  private ByteArrayOutputStream whole;
  private Head pending;
  private boolean started;
  private boolean ended;

  private record Head(int status, String contentType, List<Header> headers) {}

  ClientOutput(ClientResponse client, List<ResponseFilter> filters) {
    this.client = client;
    this.filters = filters;
  }

  boolean started() {
    return started;
  }

  /** Whether the whole answer has left. */
  boolean ended() {
    return ended;
  }

  void start(int status, String contentType, long length, List<Header> headers, List<Header> more) {
    List<Header> all = new ArrayList<>(headers.size() + more.size());
    all.addAll(headers);
    all.addAll(more);
    started = true;
    if (filters.isEmpty()) {
      client.head(status, contentType, length, all);
    } else if (contentType.startsWith("text/event-stream")) {
      client.head(status, contentType, -1, all);
    } else {
      whole = new ByteArrayOutputStream();
      pending = new Head(status, contentType, all);
    }
  }

  void write(ByteBuffer data, boolean last) {
    if (filters.isEmpty()) {
      client.write(data, last);
    } else if (whole != null) {
      gather(data);
      if (last) {
        ByteBuffer body = filter(ByteBuffer.wrap(whole.toByteArray()));
        client.head(pending.status, pending.contentType, body.remaining(), pending.headers);
        client.write(body, true);
      }
    } else {
      ByteBuffer left = data.hasRemaining() ? filter(data) : data;
      if (left.hasRemaining() || last) {
        client.write(left, last);
      }
    }
    ended |= last;
  }

  private void gather(ByteBuffer data) {
    if (whole.size() + data.remaining() > LARGEST_FILTERED) {
      throw new IllegalStateException(
          "the answer exceeds %d bytes, which response filters take at most"
              .formatted(LARGEST_FILTERED));
    }
    byte[] copy = new byte[data.remaining()];
    data.get(copy);
    whole.writeBytes(copy);
  }

  private ByteBuffer filter(ByteBuffer data) {
    ByteBuffer current = data;
    for (int i = filters.size() - 1; i >= 0; i--) {
      Optional<ByteBuffer> next = filters.get(i).chunk(current);
      if (next.isEmpty()) {
        return ByteBuffer.allocate(0);
      }
      current = next.get();
    }
    return current;
  }

  /** Tells the filters that the answer is over. */
  void close() {
    for (int i = filters.size() - 1; i >= 0; i--) {
      filters.get(i).end(ended);
    }
  }
}
