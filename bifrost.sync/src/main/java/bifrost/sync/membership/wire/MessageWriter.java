package bifrost.sync.membership.wire;

import java.net.InetSocketAddress;

/** Turns messages into bytes: a type byte, then a MessagePack map by field name. */
public final class MessageWriter {
  private MessageWriter() {}

  /** The bytes of a message in a packet. */
  public static byte[] write(Message message) {
    return switch (message) {
      case Message.Ping m -> {
        MsgPackWriter out = start(MessageType.PING, m.source().isPresent() ? 5 : 2);
        out.field("SeqNo", m.seq()).field("Node", m.node());
        m.source().ifPresent(source -> write(out, source));
        yield out.toBytes();
      }
      case Message.IndirectPing m -> {
        MsgPackWriter out = start(MessageType.INDIRECT_PING, m.source().isPresent() ? 8 : 5);
        out.field("SeqNo", m.seq())
            .field("Target", address(m.target()))
            .field("Port", m.target().getPort())
            .field("Node", m.node())
            .field("Nack", m.nack());
        m.source().ifPresent(source -> write(out, source));
        yield out.toBytes();
      }
      case Message.Ack m ->
          start(MessageType.ACK, 2).field("SeqNo", m.seq()).field("Payload", m.payload()).toBytes();
      case Message.Nack m -> start(MessageType.NACK, 1).field("SeqNo", m.seq()).toBytes();
      case Message.Failure m -> start(MessageType.ERROR, 1).field("Error", m.error()).toBytes();
      case Message.Suspect m ->
          claim(MessageType.SUSPECT, m.incarnation(), m.node(), m.from()).toBytes();
      case Message.Dead m -> claim(MessageType.DEAD, m.incarnation(), m.node(), m.from()).toBytes();
      case Message.Alive m ->
          start(MessageType.ALIVE, 6)
              .field("Incarnation", m.incarnation())
              .field("Node", m.node())
              .field("Addr", address(m.address()))
              .field("Port", m.address().getPort())
              .field("Meta", m.meta())
              .field("Vsn", m.versions().toBytes())
              .toBytes();
      case Message.PushPull m -> pushPull(m);
      case Message.User m ->
          new MsgPackWriter().octet(MessageType.USER).bytes(m.payload()).toBytes();
    };
  }

  /** The bytes of a message in a stream, where bytes of the application have a length. */
  static byte[] writeToStream(Message message) {
    return message instanceof Message.User user
        ? start(MessageType.USER, 1)
            .field("UserMsgLen", user.payload().length)
            .bytes(user.payload())
            .toBytes()
        : write(message);
  }

  private static MsgPackWriter start(int type, int fields) {
    return new MsgPackWriter().octet(type).map(fields);
  }

  private static MsgPackWriter claim(int type, long incarnation, String node, String from) {
    return start(type, 3).field("Incarnation", incarnation).field("Node", node).field("From", from);
  }

  private static void write(MsgPackWriter out, Message.Source source) {
    out.field("SourceAddr", address(source.address()))
        .field("SourcePort", source.address().getPort())
        .field("SourceNode", source.node());
  }

  private static byte[] pushPull(Message.PushPull message) {
    MsgPackWriter out =
        start(MessageType.PUSH_PULL, 3)
            .field("Nodes", message.nodes().size())
            .field("UserStateLen", 0)
            .field("Join", message.join());
    for (Message.NodeState node : message.nodes()) {
      out.map(7)
          .field("Name", node.name())
          .field("Addr", address(node.address()))
          .field("Port", node.address().getPort())
          .field("Meta", node.meta())
          .field("Incarnation", node.incarnation())
          .field("State", node.state().ordinal())
          .field("Vsn", node.versions().toBytes());
    }
    return out.toBytes();
  }

  private static byte[] address(InetSocketAddress address) {
    return address.getAddress().getAddress();
  }
}
