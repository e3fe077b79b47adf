package bifrost.sync.membership.transport;

import bifrost.sync.membership.wire.BadMessageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Carries packets and streams of one node. No method blocks; callbacks come on any thread. */
public interface Transport extends AutoCloseable {
  /** Part of the cause of an exchange in which the other side took the stream and hung up. */
  String CLOSED_SILENTLY = "closed the stream without an answer";

  /**
   * Starts to receive; called once.
   *
   * @param receiver takes what comes in
   */
  void start(Receiver receiver);

  /**
   * Sends a packet, best effort.
   *
   * @param to the receiver
   * @param packet the bytes, owned by the transport from now on
   */
  void send(InetSocketAddress to, byte[] packet);

  /**
   * Opens a stream, sends a request and reads an answer.
   *
   * @param to the receiver
   * @param request the bytes
   * @param timeout for all of it
   * @param reader reads the answer; gets an empty stream and is not expected to read where none is
   *     wanted
   * @param outcome is told once
   * @param <T> what the answer is
   */
  <T> void exchange(
      InetSocketAddress to,
      byte[] request,
      Duration timeout,
      AnswerReader<T> reader,
      Outcome<T> outcome);

  /** Stops to receive and to send; may be called more than once. */
  @Override
  void close();

  /** Reads an answer off a stream. */
  @FunctionalInterface
  interface AnswerReader<T> {
    /** Reads it; may block. */
    T read(InputStream in) throws BadMessageException, IOException;
  }

  /** What became of an exchange. */
  interface Outcome<T> {
    /** The answer came. */
    void answered(T answer);

    /**
     * There is none.
     *
     * @param cause one line
     */
    void failed(String cause);
  }
}
