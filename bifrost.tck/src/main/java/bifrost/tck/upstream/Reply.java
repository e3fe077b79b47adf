package bifrost.tck.upstream;

import java.io.IOException;
import java.time.Duration;

/**
 * What the simulator does with one request: it writes an answer, or fails in some chosen way.
 *
 * <p>Called on a thread of the connection after the request's body was read; it may block. When it
 * returns the connection serves the next request, unless it closed the connection. An {@link
 * IOException} means that the client has gone and ends the connection quietly.
 *
 * <p>Ready-made replies are in {@link OpenAi} and {@link Faults}. An own one, under the control of
 * the test:
 *
 * <pre>{@code
 * simulator.next(wire -> {
 *   wire.startEvents();
 *   wire.event("{\"choices\":[]}");
 *   latch.await();
 *   wire.event("[DONE]");
 *   wire.end();
 * });
 * }</pre>
 */
@FunctionalInterface
public interface Reply {
  /**
   * Answers one request.
   *
   * @param wire the request and its connection
   * @throws IOException if the client has gone
   * @throws InterruptedException if the simulator is closed meanwhile
   */
  void send(Wire wire) throws IOException, InterruptedException;

  /** This reply after a time of silence. */
  default Reply after(Duration silence) {
    return wire -> {
      wire.pause(silence);
      send(wire);
    };
  }

  /** This reply, after which the connection is closed although keep-alive was promised. */
  default Reply thenClose(Duration idle) {
    return wire -> {
      send(wire);
      wire.pause(idle);
      wire.close();
    };
  }

  /**
   * This reply in TCP writes of at most the given size, with a gap between them. With size 1 every
   * character of several bytes is split.
   */
  default Reply inPieces(int size, Duration gap) {
    return wire -> {
      wire.split(size, gap);
      send(wire);
      wire.split(0, Duration.ZERO);
    };
  }
}
