package bifrost.sync.replication.link;

import bifrost.sync.replication.message.SyncMessage;

/**
 * Is told what happens to links. Implemented by the engine, called by a transport.
 *
 * <p>Every method returns at once: the engine queues. Calls for one link come one at a time and in
 * order, {@link #opened} first and {@link #closed} last; calls for different links may come at the
 * same time.
 */
public interface LinkListener {
  /** A link is open, dialled or accepted; messages can be sent. */
  void opened(Link link);

  /**
   * A message came. {@link Link#processed} follows when it has been dealt with.
   *
   * @param link on which
   * @param message complete and within bounds
   */
  void received(Link link, SyncMessage message);

  /** The link is ready again after it was not; see {@link Link#isReady}. */
  void ready(Link link);

  /**
   * A link is closed, or broken.
   *
   * @param link which
   * @param reason one line for an operator, with the address, and the fix where it is known;
   *     nothing secret
   */
  void closed(Link link, String reason);

  /**
   * A dial did not lead to a link. Called instead of {@link #opened}, once for each dial.
   *
   * @param nodeId to whom
   * @param reason one line for an operator, with the address, and the fix where it is known;
   *     nothing secret
   */
  void failed(String nodeId, String reason);
}
