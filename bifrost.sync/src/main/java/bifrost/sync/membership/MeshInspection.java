package bifrost.sync.membership;

import bifrost.api.cluster.Candidate;
import bifrost.sync.membership.wire.DropReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * What diagnosis needs to see of the protocol beyond {@link bifrost.api.cluster.Membership}, and
 * tests through its sockets. Implemented by membership as a service inside this bundle; safe for
 * any thread, does not block.
 */
public interface MeshInspection {
  /** How this node takes part. */
  Self self();

  /** The configured and discovered peers that could not be reached at the last attempt. */
  List<Unreached> unreached();

  /** Who sends what this node must not accept. */
  List<Stranger> strangers();

  /** Node ids that two nodes were heard to use. */
  List<NameConflict> conflicts();

  /**
   * Pings a node by one way alone.
   *
   * @param to its gossip address
   * @param name its id; it answers to no other
   * @param stream whether by TCP, else by one UDP packet
   * @param outcome is told once, on any thread: an empty text for an answer, else the cause
   */
  void ping(
      InetSocketAddress to,
      String name,
      boolean stream,
      Duration timeout,
      Consumer<String> outcome);

  /**
   * How this node takes part.
   *
   * @param advertised where the others are told to reach it
   * @param encrypted whether it has a key
   * @param peers the configured peers
   */
  record Self(InetSocketAddress advertised, boolean encrypted, List<Candidate> peers) {}

  /**
   * A peer that could not be reached.
   *
   * @param address its address, resolved
   * @param cause one line
   * @param silent whether it took the connection and hung up
   * @param since when it failed first
   */
  record Unreached(InetSocketAddress address, String cause, boolean silent, Instant since) {}

  /**
   * Somebody whose traffic is dropped.
   *
   * @param source its address
   * @param reason why it is dropped
   * @param count how often
   * @param last when it was heard last
   */
  record Stranger(InetAddress source, DropReason reason, long count, Instant last) {}

  /**
   * A node id that two nodes use.
   *
   * @param nodeId the id
   * @param known where this node knows it
   * @param other where it was claimed from
   * @param count how often, without a long pause
   * @param first when the first of these was heard
   * @param last when it was heard last
   */
  record NameConflict(
      String nodeId,
      InetSocketAddress known,
      InetSocketAddress other,
      long count,
      Instant first,
      Instant last) {}
}
