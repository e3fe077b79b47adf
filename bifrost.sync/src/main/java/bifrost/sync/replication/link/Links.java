package bifrost.sync.replication.link;

/**
 * Opens links to members and accepts theirs. Implemented by a transport, used by one engine.
 *
 * <p>No method blocks but {@link #close}, which is bounded. When, to whom and how often to dial is
 * the engine's part; refusing peers that are not members or cannot prove who they are is the
 * transport's.
 */
public interface Links extends AutoCloseable {
  /**
   * Starts to accept links. Called once, before anything else.
   *
   * @param listener is told of every link
   */
  void start(LinkListener listener);

  /**
   * Opens a link. Leads to one {@link LinkListener#opened} or {@link LinkListener#failed}, at the
   * latest after the transport's dial timeout.
   *
   * @param nodeId the member's node id
   * @param address where its replication is reached, {@code host:port}
   */
  void dial(String nodeId, String address);

  /** Closes all links and stops accepting; returns within 5 seconds. May be called twice. */
  @Override
  void close();
}
