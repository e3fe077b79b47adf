package bifrost.tck.provider;

import bifrost.api.provider.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bodies of requests: in memory, in slices, or as a stream that can be read once. */
public final class TestBody {
  private TestBody() {}

  /** A body in memory, in one slice. */
  public static Body of(String text) {
    return sliced(text.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
  }

  /** A body in memory, in slices of at most this many bytes. */
  public static Body sliced(byte[] bytes, int size) {
    List<ByteBuffer> slices = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += Math.min(size, bytes.length - at)) {
      int length = Math.min(size, bytes.length - at);
      slices.add(ByteBuffer.wrap(bytes, at, length).slice().asReadOnlyBuffer());
    }
    return new InMemory(bytes, List.copyOf(slices));
  }

  /** A body that can be read once and only as a stream, of known length. */
  public static Body streamed(byte[] bytes) {
    return new Streamed(bytes.length, new ByteArrayInputStream(bytes), new AtomicBoolean());
  }

  /**
   * A body that can be read once and only as a stream.
   *
   * @param length its length, or -1 while it is unknown
   * @param in where it comes from
   */
  public static Body streamed(long length, InputStream in) {
    return new Streamed(length, in, new AtomicBoolean());
  }

  private record InMemory(byte[] bytes, List<ByteBuffer> parts) implements Body {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public Optional<List<ByteBuffer>> slices() {
      return Optional.of(parts.stream().map(ByteBuffer::duplicate).toList());
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }
  }

  private record Streamed(long length, InputStream in, AtomicBoolean read) implements Body {
    @Override
    public Optional<List<ByteBuffer>> slices() {
      return Optional.empty();
    }

    @Override
    public InputStream open() throws IOException {
      if (!read.compareAndSet(false, true)) {
        throw new IOException("the body was read by an earlier attempt");
      }
      return in;
    }
  }
}
