package bifrost.providers.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A connection and its buffer, which holds the head of a request before it leaves and the bytes of
 * the answer after they have arrived. Used by one exchange at a time; closed by any thread.
 *
 * <p>Waits are not timed by the socket, which would cost a timer for each read: the exchange sets
 * an expiry before it waits, and the {@link Sweeper} closes what has expired.
 */
final class Connection {
  static final int BUFFER_BYTES = 16 * 1024;
  private static final long NEVER = Long.MAX_VALUE;
  private static final long EXPIRED = Long.MIN_VALUE;

  private final Socket raw;
  private final InputStream in;
  private final OutputStream out;
  private final boolean secure;
  private final AtomicLong expiry = new AtomicLong(NEVER);
  private boolean expired;
  private volatile boolean closed;

  byte[] buffer = new byte[BUFFER_BYTES];
  int position;
  int limit;

  /**
   * Over sockets that are connected.
   *
   * @param raw the TCP socket, whose close ends every wait at once
   * @param layered the socket to speak through: the same one, or TLS over it
   */
  Connection(Socket raw, Socket layered) throws IOException {
    this.raw = raw;
    this.in = layered.getInputStream();
    this.out = layered.getOutputStream();
    this.secure = layered != raw;
  }

  OutputStream out() {
    return out;
  }

  /**
   * Whether bytes have arrived that nobody asked for yet; not told over TLS, where they may be part
   * of the session.
   */
  boolean hasArrived() throws IOException {
    return !secure && in.available() > 0;
  }

  /** Reads behind the limit; blocks. Returns the number of bytes, or -1 at the end. */
  int fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = 0;
    }
    int count = in.read(buffer, limit, buffer.length - limit);
    if (count > 0) {
      limit += count;
    }
    return count;
  }

  /** Forgets what is in the buffer, and gives up what it has grown. */
  void clear() {
    position = 0;
    limit = 0;
    if (buffer.length > BUFFER_BYTES) {
      buffer = new byte[BUFFER_BYTES];
    }
  }

  /** From now on it is closed at this moment. */
  void expireAt(long nanos) {
    set(nanos == NEVER || nanos == EXPIRED ? nanos - 1 : nanos);
  }

  /** From now on it is not closed by time. */
  void expireNever() {
    set(NEVER);
  }

  /** Whether it was closed because its time was over; for its user. */
  boolean isExpired() {
    return expired || expiry.get() == EXPIRED;
  }

  /** Closes it when its time is over; for the sweeper. */
  void expire(long now) {
    long at = expiry.get();
    boolean over = at != NEVER && at != EXPIRED && at - now <= 0;
    if (over && expiry.compareAndSet(at, EXPIRED)) {
      close();
    }
  }

  private void set(long at) {
    expired |= expiry.getAndSet(at) == EXPIRED;
  }

  boolean isClosed() {
    return closed;
  }

  /** Closes it at once, without a farewell; may be called by any thread and more than once. */
  void close() {
    closed = true;
    try {
      raw.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
