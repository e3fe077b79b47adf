package bifrost.sync.replication.link;

import bifrost.sync.replication.message.SyncMessage;
import java.util.Optional;

/**
 * One open, ordered stream of messages in both directions between this node and one other.
 *
 * <p>Implemented by a transport, used by the engine. What is sent arrives once and in order, or the
 * link closes. No method blocks; all are safe for any thread, though the engine calls {@link #send}
 * from one thread only.
 *
 * <p><b>Life cycle.</b> Open from {@link LinkListener#opened} until {@link LinkListener#closed},
 * which is called exactly once for each, whoever closed it. A link is never opened again.
 */
public interface Link {
  /**
   * The node that a dialled link was opened to; empty for an accepted one, of which the greeting
   * tells.
   */
  Optional<String> dialled();

  /**
   * The node id that the other side has proved, by its certificate for example; empty when the
   * transport cannot prove any. The engine closes a link whose greeting says something else.
   */
  Optional<String> proved();

  /** Where the other side is, for logs: {@code host:port}. */
  String remote();

  /**
   * Whether the transport takes more without keeping it in memory. The engine sends batches only
   * while it is, and goes on at {@link LinkListener#ready}; small messages it sends at any time, so
   * a transport must take a few dozen of them in any state.
   */
  boolean isReady();

  /**
   * Sends a message. On a closed link it does nothing.
   *
   * @param message what to send
   */
  void send(SyncMessage message);

  /**
   * Says that one received message has been dealt with, so that another may be read. The engine
   * calls it exactly once for each {@link LinkListener#received}; a transport lets at most a few
   * (16) be under way, so a peer that sends too fast waits on its own side.
   */
  void processed();

  /**
   * Closes the link; what was sent before is delivered if the other side still reads. Does nothing
   * when it is closed.
   *
   * @param reason one line for the log of both sides, at most 500 characters; nothing secret
   */
  void close(String reason);

  /**
   * Closes the link because of what the other side has said or failed to say; a transport counts
   * this, and names the peer with the reason.
   *
   * @param reason as with {@link #close}
   */
  default void refuse(String reason) {
    close(reason);
  }
}
