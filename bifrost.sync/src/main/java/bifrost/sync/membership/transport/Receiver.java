package bifrost.sync.membership.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Takes what comes in; called by a transport, on any thread. Throws nothing for bad input. */
public interface Receiver {
  /**
   * Whether a source may send now; asked before anything is read.
   *
   * @param stream whether it opens a stream, or has sent a packet
   */
  boolean admits(InetAddress source, boolean stream);

  /**
   * A packet came.
   *
   * @param from who sent it
   * @param packet the bytes, owned by the receiver
   */
  void packet(InetSocketAddress from, byte[] packet);

  /**
   * A peer opened a stream. Reads one request; the transport bounds time, the receiver bounds size.
   *
   * @param from who opened it
   * @param in the stream
   * @param answer takes the answer, later and from any thread; never called when there is none to
   *     give
   * @return whether an answer will come
   * @throws IOException when the stream breaks
   */
  boolean stream(InetSocketAddress from, InputStream in, Answer answer) throws IOException;

  /** Takes the answer to a stream's request. */
  interface Answer {
    /** Sends it and closes the stream. */
    void send(byte[] bytes);

    /** Closes the stream without an answer. */
    void none();
  }
}
