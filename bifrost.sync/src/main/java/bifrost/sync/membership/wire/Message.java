package bifrost.sync.membership.wire;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A message of the protocol. */
public sealed interface Message {
  /**
   * Asks whether a node is there.
   *
   * @param seq names the probe
   * @param node whom it is meant for; another node that now has the address must not answer
   * @param source where to answer to, when it is not where the packet came from
   */
  record Ping(long seq, String node, Optional<Source> source) implements Message {}

  /**
   * Asks a third node to ping for the sender.
   *
   * @param seq names the probe
   * @param target whom to ping
   * @param node the target's name
   * @param nack whether the sender wants to hear that the target did not answer
   * @param source where to answer to
   */
  record IndirectPing(
      long seq, InetSocketAddress target, String node, boolean nack, Optional<Source> source)
      implements Message {}

  /** Answers a ping. */
  record Ack(long seq, byte[] payload) implements Message {}

  /** Says that the target of an indirect ping did not answer in time. */
  record Nack(long seq) implements Message {}

  /** Says over a stream why a request was refused. */
  record Failure(String error) implements Message {}

  /**
   * Claims that a node did not answer.
   *
   * @param from who says so
   */
  record Suspect(long incarnation, String node, String from) implements Message {}

  /** Claims that a node is there, and what it is. */
  record Alive(
      long incarnation, String node, InetSocketAddress address, byte[] meta, Versions versions)
      implements Message {}

  /**
   * Claims that a node is gone.
   *
   * @param from who says so; the node itself when it leaves
   */
  record Dead(long incarnation, String node, String from) implements Message {}

  /** All that the sender knows of the cluster. */
  record PushPull(boolean join, List<NodeState> nodes) implements Message {}

  /** Bytes of the application. */
  record User(byte[] payload) implements Message {}

  /** A sender's address and name, in pings. */
  record Source(InetSocketAddress address, String node) {}

  /** One node in a push/pull. */
  record NodeState(
      String name,
      InetSocketAddress address,
      byte[] meta,
      long incarnation,
      Liveness state,
      Versions versions) {}

  /** The states of a node, in the order of their numbers on the wire. */
  enum Liveness {
    /** It answers. */
    ALIVE,
    /** It did not answer someone. */
    SUSPECT,
    /** It is gone. */
    DEAD,
    /** It said goodbye. */
    LEFT
  }
}
