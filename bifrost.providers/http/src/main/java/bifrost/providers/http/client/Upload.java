package bifrost.providers.http.client;

import bifrost.api.provider.Body;
import bifrost.providers.http.UpstreamException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.ByteBufferRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.util.Callback;

/** How a request's body gets onto the wire. */
sealed interface Upload {

  /** The way for a body: as slices where it is in memory, else from its stream. */
  static Upload of(Exchange exchange, Optional<Body> body) {
    if (body.isEmpty()) {
      return new Nothing();
    }
    Optional<List<ByteBuffer>> slices = body.get().slices();
    return slices.isPresent()
        ? new Slices(slices.get())
        : new Streamed(exchange, body.get(), new SizedContent(body.get().length()));
  }

  Optional<Request.Content> content();

  /**
   * Writes what is not in memory, from the caller's thread.
   *
   * @return whether all was written; not so when the answer came before
   */
  default boolean pump() throws IOException, UpstreamException, InterruptedException {
    return true;
  }

  /** No body. */
  record Nothing() implements Upload {
    @Override
    public Optional<Request.Content> content() {
      return Optional.empty();
    }
  }

  /** A body in memory, sent without a copy. */
  record Slices(List<ByteBuffer> slices) implements Upload {
    @Override
    public Optional<Request.Content> content() {
      ByteBuffer[] own = new ByteBuffer[slices.size()];
      for (int i = 0; i < own.length; i++) {
        own[i] = slices.get(i).duplicate();
      }
      return Optional.of(new ByteBufferRequestContent(null, own));
    }
  }

  /** A body that may still be arriving. */
  record Streamed(Exchange exchange, Body body, SizedContent sink) implements Upload {
    private static final int BUFFER_BYTES = 32 * 1024;

    @Override
    public Optional<Request.Content> content() {
      return Optional.of(sink);
    }

    @Override
    public boolean pump() throws IOException, UpstreamException, InterruptedException {
      byte[] buffer = new byte[BUFFER_BYTES];
      try (InputStream in = body.open()) {
        int count = in.read(buffer);
        while (count >= 0) {
          if (exchange.answered()) {
            return false;
          }
          if (count > 0) {
            write(ByteBuffer.wrap(buffer, 0, count));
          }
          count = in.read(buffer);
        }
      }
      sink.close();
      return true;
    }

    private void write(ByteBuffer data) throws UpstreamException, InterruptedException {
      Written written = new Written(exchange);
      sink.write(data, written);
      exchange.await(() -> written.done || exchange.answered(), exchange.headLimitNanos());
    }
  }

  /** Notes that a piece was sent, or will not be. */
  final class Written implements Callback {
    private final Exchange exchange;
    private boolean done;

    Written(Exchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void succeeded() {
      exchange.note(() -> done = true);
    }

    @Override
    public void failed(Throwable failure) {
      succeeded();
    }
  }

  /** Content whose length is announced where it is known. */
  final class SizedContent extends AsyncRequestContent {
    private final long length;

    SizedContent(long length) {
      super((String) null);
      this.length = length;
    }

    @Override
    public long getLength() {
      return length;
    }
  }
}
