package bifrost.api.cluster;

import bifrost.api.model.InvalidConfigException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * This node's part in the cluster.
 *
 * <p>Implemented by {@code bifrost.sync} as a service, which is there while clustering is
 * configured; read by replication, management, the shell. Safe for any thread; no method blocks or
 * does I/O.
 */
@ProviderType
public interface Membership {
  /** The longest payload of a {@link Delivery#BEST_EFFORT} message and of a broadcast, in bytes. */
  int MAX_DATAGRAM_PAYLOAD = 1_024;

  /** The longest payload of a {@link Delivery#RELIABLE} message, in bytes. */
  int MAX_STREAM_PAYLOAD = 1 << 20;

  /** The cluster of now; one volatile read. */
  ClusterView view();

  /**
   * Changes what this node says of itself; the others learn of it within seconds.
   *
   * @param change takes what it says now, gives what it shall say; called on the caller's thread,
   *     possibly more than once
   * @throws InvalidConfigException when the result does not fit into 512 bytes
   */
  void announce(UnaryOperator<MemberInfo> change);

  /**
   * Sends a message to one member. Nothing is retried and nobody is told of a loss.
   *
   * @param memberId the receiver's node id
   * @param topic names the listeners that get it; 1 to 32 ASCII characters
   * @param payload the bytes; copied
   * @param delivery how it travels
   * @return whether it was handed to the network; {@code false} when there is no such present
   *     member
   * @throws IllegalArgumentException for a topic or a payload out of bounds
   */
  boolean send(String memberId, String topic, byte[] payload, Delivery delivery);

  /**
   * Sends a message to all present members but this one, best effort: one UDP packet each.
   *
   * @param topic names the listeners that get it; 1 to 32 ASCII characters
   * @param payload at most {@link #MAX_DATAGRAM_PAYLOAD} bytes; copied
   * @throws IllegalArgumentException for a topic or a payload out of bounds
   */
  void broadcast(String topic, byte[] payload);

  /** What each discovery service reports; for diagnosis. */
  List<DiscoveryState> discoveries();

  /** How a message travels. */
  enum Delivery {
    /** One UDP packet: fast, may be lost. */
    BEST_EFFORT,
    /** One TCP connection. */
    RELIABLE
  }
}
