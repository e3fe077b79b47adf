package bifrost.sync.membership.protocol;

import bifrost.sync.membership.transport.Transport;
import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.MessageWriter;
import bifrost.sync.membership.wire.PacketCodec;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Sends packets and fills the room in them with news. */
final class Sender {
  private static final int MAX_MESSAGES = 255;

  private final Transport transport;
  private final PacketCodec codec;
  private final BroadcastQueue queue;
  private final MemberTable members;
  private final Profile profile;
  private final Stats stats;

  Sender(
      Transport transport,
      PacketCodec codec,
      BroadcastQueue queue,
      MemberTable members,
      Profile profile,
      Stats stats) {
    this.transport = transport;
    this.codec = codec;
    this.queue = queue;
    this.members = members;
    this.profile = profile;
    this.stats = stats;
  }

  /** Sends messages in one packet, with news in the room that is left. */
  void send(InetSocketAddress to, boolean checksum, Message... messages) {
    List<byte[]> parts = new ArrayList<>();
    int used = codec.overhead();
    for (Message message : messages) {
      byte[] bytes = MessageWriter.write(message);
      parts.add(bytes);
      used += bytes.length + PacketCodec.COMPOUND_OVERHEAD;
    }
    parts.addAll(news(profile.packetBytes() - used));
    seal(to, parts, checksum);
  }

  /** Sends one message without news, to somebody who may be no member. */
  void sendAlone(InetSocketAddress to, Message message) {
    seal(to, new ArrayList<>(List.of(MessageWriter.write(message))), false);
  }

  /** Sends a packet of news alone; tells whether there was any. */
  boolean sendNews(MemberEntry to) {
    List<byte[]> news = news(profile.packetBytes() - codec.overhead());
    if (news.isEmpty()) {
      return false;
    }
    seal(to.address, new ArrayList<>(news), to.versions.checksum());
    return true;
  }

  private List<byte[]> news(int room) {
    int limit = BroadcastQueue.transmitLimit(profile.retransmitMult(), members.present());
    return queue.take(PacketCodec.COMPOUND_OVERHEAD, room, limit);
  }

  private void seal(InetSocketAddress to, List<byte[]> parts, boolean checksum) {
    while (!parts.isEmpty()) {
      List<byte[]> batch = parts.subList(0, Math.min(MAX_MESSAGES, parts.size()));
      byte[] packet = codec.seal(batch, checksum);
      batch.clear();
      stats.packetsOut.increment();
      stats.packetBytesOut.add(packet.length);
      transport.send(to, packet);
    }
  }
}
