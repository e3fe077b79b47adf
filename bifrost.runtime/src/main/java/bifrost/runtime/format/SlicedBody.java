package bifrost.runtime.format;

import bifrost.api.provider.Body;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A body that is wholly in memory. */
final class SlicedBody implements Body {
  private final List<ByteBuffer> slices;
  private final long length;

  SlicedBody(List<ByteBuffer> slices) {
    this.slices = slices;
    long sum = 0;
    for (ByteBuffer slice : slices) {
      sum += slice.remaining();
    }
    this.length = sum;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Optional<List<ByteBuffer>> slices() {
    return Optional.of(slices.stream().map(ByteBuffer::duplicate).toList());
  }

  @Override
  public InputStream open() {
    return new SliceStream(slices.stream().map(ByteBuffer::duplicate).toList());
  }

  /** Reads slices one after the other. */
  static final class SliceStream extends InputStream {
    private final List<ByteBuffer> slices;
    private int current;

    SliceStream(List<ByteBuffer> slices) {
      this.slices = slices;
    }

    @Override
    public int read() {
      return advance() ? slices.get(current).get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (!advance()) {
        return -1;
      }
      ByteBuffer slice = slices.get(current);
      int n = Math.min(length, slice.remaining());
      slice.get(into, offset, n);
      return n;
    }

    private boolean advance() {
      while (current < slices.size() && !slices.get(current).hasRemaining()) {
        current++;
      }
      return current < slices.size();
    }
  }
}
