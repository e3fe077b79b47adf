package bifrost.runtime.ingress;

import bifrost.runtime.pipeline.BodyMemoryException;
import bifrost.runtime.pipeline.BodyTooLargeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A request body, bounded in size, in how slowly it may arrive, and in the memory that it takes
 * beside the others.
 */
final class RequestInput extends InputStream {
  private static final int AT_ONCE = 1 << 20;
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final InputStream in;
  private final long limit;
  private final int minRate;
  private final BodyMemory memory;
  private final long keptAtMost;
  private final long start = System.nanoTime();
  private long count;
  private long taken;
  private volatile boolean reading;

  /**
   * A body.
   *
   * @param keptAtMost how much of it is in memory at once
   */
  RequestInput(InputStream in, long limit, int minRate, BodyMemory memory, long keptAtMost) {
    this.in = in;
    this.limit = limit;
    this.minRate = minRate;
    this.memory = memory;
    this.keptAtMost = keptAtMost;
  }

  /** Whether a read waits for the client. */
  boolean reading() {
    return reading;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int n;
    reading = true;
    try {
      n = in.read(into, offset, length);
    } finally {
      reading = false;
    }
    if (n > 0) {
      count += n;
      if (count > limit) {
        throw new BodyTooLargeException(limit);
      }
      takeMemory();
      checkRate();
    }
    return n;
  }

  /** The request is over: its body's memory is free again. */
  void release() {
    memory.give(taken);
    taken = 0;
  }

  private void takeMemory() throws BodyMemoryException {
    long more = Math.min(count, keptAtMost) - taken;
    if (more > 0) {
      if (!memory.take(more)) {
        throw new BodyMemoryException();
      }
      taken += more;
    }
  }

  /** A body without a declared length; the limit holds while it is read. */
  @Override
  public byte[] readAllBytes() throws IOException {
    return super.readNBytes(Integer.MAX_VALUE);
  }

  /** Bodies of a usual size are read into one array. */
  @Override
  public byte[] readNBytes(int length) throws IOException {
    if (length > limit) {
      throw new BodyTooLargeException(limit);
    }
    if (length > AT_ONCE) {
      return super.readNBytes(length);
    }
    byte[] all = new byte[length];
    int filled = 0;
    while (filled < length) {
      int n = read(all, filled, length - filled);
      if (n < 0) {
        throw new IOException("the body ends after %d of %d bytes".formatted(filled, length));
      }
      filled += n;
    }
    return all;
  }

  private void checkRate() throws IOException {
    long elapsed = System.nanoTime() - start;
    if (elapsed > GRACE_NANOS && count < elapsed / 1_000_000_000L * minRate) {
      InterruptedIOException slow =
          new InterruptedIOException("the body arrives at less than " + minRate + " bytes/s");
      slow.initCause(new TimeoutException(slow.getMessage()));
      throw slow;
    }
  }
}
