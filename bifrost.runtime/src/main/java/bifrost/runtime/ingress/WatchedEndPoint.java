package bifrost.runtime.ingress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that notices, while its request is being served, that the client has closed it.
 *
 * <p>An HTTP/1.1 server does not read while it serves, so a client that goes away would be noticed
 * only by a failing write, which a silent upstream may keep off for minutes. {@link #clientGone}
 * tries to read one byte without blocking: the end of the stream means that the client is gone; a
 * byte of a pipelined request is kept and given to the next {@link #fill}.
 */
final class WatchedEndPoint extends SocketChannelEndPoint {
  private static final byte[] TIMED_OUT = timedOut();

  private final ReentrantLock reading = new ReentrantLock();
  private final ByteBuffer one = ByteBuffer.allocate(1);
  private volatile boolean peeked;
  private volatile boolean serving;
  private volatile long headSince;

  WatchedEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
    super(channel, selector, key, scheduler);
  }

  /** A request's head is complete, and its handler begins. */
  void servingBegins() {
    serving = true;
    headSince = 0;
  }

  /** The handler has ended. */
  void servingEnds() {
    serving = false;
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    reading.lock();
    try {
      if (peeked) {
        peeked = false;
        BufferUtil.append(buffer, one.array(), 0, 1);
        return 1;
      }
      int n = super.fill(buffer);
      if (n > 0 && !serving && headSince == 0) {
        headSince = System.nanoTime();
      }
      return n;
    } finally {
      reading.unlock();
    }
  }

  @Override
  protected void needsFillInterest() {
    if (peeked) {
      getFillInterest().fillable();
    } else {
      super.needsFillInterest();
    }
  }

  /** Whether the client has closed its side. */
  boolean clientGone() {
    if (!isOpen()) {
      return true;
    }
    if (peeked || !reading.tryLock()) {
      return false;
    }
    try {
      one.clear();
      int n = getChannel().read(one);
      peeked = n > 0;
      return n < 0;
    } catch (IOException e) {
      return true;
    } finally {
      reading.unlock();
    }
  }

  /** Ends the connection when a head has been arriving for too long. */
  void endSlowHead(long now, Duration limit) {
    long since = headSince;
    if (serving || since == 0 || now - since < limit.toNanos()) {
      return;
    }
    try {
      getChannel().write(ByteBuffer.wrap(TIMED_OUT));
    } catch (IOException e) {
      // closed below in any case
    }
    close(new IOException("the head of a request did not arrive in time"));
  }

  private static byte[] timedOut() {
    byte[] body =
        JsonErrorHandler.body(
            408, "the head of the request did not arrive in time; send it without pauses");
    String head =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + "Content-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(headBytes.length + body.length).put(headBytes).put(body).array();
  }
}
