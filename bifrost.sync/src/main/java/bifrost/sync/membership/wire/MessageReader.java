package bifrost.sync.membership.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the bytes behind a type byte into a message. Unknown fields are passed over. */
final class MessageReader {
  private static final long MAX_U32 = 0xffff_ffffL;
  private static final int MAX_FIELDS = 32;
  private static final int MAX_FIELD_NAME = 64;
  private static final int MAX_ACK_PAYLOAD = 1_024;
  private static final int MAX_ERROR = 1_024;

  private final WireLimits limits;

  MessageReader(WireLimits limits) {
    this.limits = limits;
  }

  Message read(int type, ByteSource source) throws BadMessageException, IOException {
    if (type > MessageType.ERROR) {
      throw new BadMessageException(DropReason.UNKNOWN_TYPE, "type " + type);
    }
    Fields fields = new Fields();
    MsgPackReader in = new MsgPackReader(source);
    fields.read(in);
    return switch (type) {
      case MessageType.PING -> new Message.Ping(fields.seq, fields.node, fields.source());
      case MessageType.INDIRECT_PING ->
          new Message.IndirectPing(
              fields.seq,
              address(fields.target, fields.port),
              fields.node,
              fields.nack,
              fields.source());
      case MessageType.ACK -> new Message.Ack(fields.seq, fields.payload);
      case MessageType.NACK -> new Message.Nack(fields.seq);
      case MessageType.ERROR -> new Message.Failure(fields.error);
      case MessageType.SUSPECT ->
          new Message.Suspect(fields.incarnation, fields.named(), fields.from);
      case MessageType.DEAD -> new Message.Dead(fields.incarnation, fields.named(), fields.from);
      case MessageType.ALIVE ->
          new Message.Alive(
              fields.incarnation,
              fields.named(),
              address(fields.addr, fields.port),
              fields.meta,
              fields.versions);
      case MessageType.PUSH_PULL -> pushPull(fields, in, source);
      default -> throw new BadMessageException(DropReason.MALFORMED, "type " + type + " here");
    };
  }

  /** The length in front of the application's bytes in a stream. */
  int userLength(ByteSource source) throws BadMessageException, IOException {
    Fields fields = new Fields();
    fields.read(new MsgPackReader(source));
    return fields.userLength;
  }

  private Message pushPull(Fields header, MsgPackReader in, ByteSource source)
      throws BadMessageException, IOException {
    List<Message.NodeState> nodes = new ArrayList<>();
    for (int i = 0; i < header.nodes; i++) {
      Fields node = new Fields();
      node.read(in);
      nodes.add(
          new Message.NodeState(
              node.named(),
              address(node.addr, node.port),
              node.meta,
              node.incarnation,
              node.state,
              node.versions));
    }
    source.take(header.userStateLength);
    return new Message.PushPull(header.join, nodes);
  }

  static InetSocketAddress address(byte[] bytes, int port) throws BadMessageException {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new BadMessageException(
          DropReason.MALFORMED, "an address of " + bytes.length + " bytes");
    }
  }

  /** The fields of all messages: their names mean the same wherever they occur. */
  private final class Fields {
    private static final byte[] NONE = {};

    private long seq;
    private String node = "";
    private String from = "";
    private String error = "";
    private String sourceNode = "";
    private byte[] sourceAddr = NONE;
    private int sourcePort;
    private byte[] target = NONE;
    private byte[] addr = NONE;
    private int port;
    private boolean nack;
    private boolean join;
    private byte[] payload = NONE;
    private byte[] meta = NONE;
    private long incarnation;
    private Message.Liveness state = Message.Liveness.ALIVE;
    private Versions versions = Versions.NONE;
    private int nodes;
    private int userStateLength;
    private int userLength;

    void read(MsgPackReader in) throws BadMessageException, IOException {
      for (int left = in.mapSize(MAX_FIELDS); left > 0; left--) {
        read(in.string(MAX_FIELD_NAME), in);
      }
    }

    private void read(String name, MsgPackReader in) throws BadMessageException, IOException {
      switch (name) {
        case "SeqNo" -> seq = in.unsigned(MAX_U32);
        case "Node", "Name" -> node = in.string(limits.name());
        case "From" -> from = in.string(limits.name());
        case "Incarnation" -> incarnation = in.unsigned(MAX_U32);
        case "Addr" -> addr = in.raw(16);
        case "Port" -> port = (int) in.unsigned(0xffff);
        case "Meta" -> meta = in.raw(limits.meta());
        case "Vsn" -> versions = Versions.of(in.raw(16));
        case "State" -> state = Message.Liveness.values()[(int) in.unsigned(3)];
        case "Payload" -> payload = in.raw(MAX_ACK_PAYLOAD);
        case "Target" -> target = in.raw(16);
        case "Nack" -> nack = in.bool();
        case "SourceAddr" -> sourceAddr = in.raw(16);
        case "SourcePort" -> sourcePort = (int) in.unsigned(0xffff);
        case "SourceNode" -> sourceNode = in.string(limits.name());
        case "Error" -> error = in.string(MAX_ERROR);
        case "Nodes" -> nodes = (int) in.unsigned(limits.members());
        case "UserStateLen" -> userStateLength = (int) in.unsigned(limits.userState());
        case "UserMsgLen" -> userLength = (int) in.unsigned(limits.stream());
        case "Join" -> join = in.bool();
        default -> in.skip();
      }
    }

    String named() throws BadMessageException {
      if (node.isEmpty()) {
        throw new BadMessageException(DropReason.MALFORMED, "a node without a name");
      }
      return node;
    }

    Optional<Message.Source> source() throws BadMessageException {
      return sourceAddr.length == 0 || sourcePort == 0
          ? Optional.empty()
          : Optional.of(new Message.Source(address(sourceAddr, sourcePort), sourceNode));
    }
  }
}
