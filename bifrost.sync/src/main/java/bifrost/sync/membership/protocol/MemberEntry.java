package bifrost.sync.membership.protocol;

import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.Versions;
import java.net.InetSocketAddress;

/** What a node holds of a member. */
final class MemberEntry {
  final String name;
  InetSocketAddress address;
  byte[] meta;
  Versions versions;
  long incarnation;
  Liveness state;
  long changedAt;
  Suspicion suspicion;

  MemberEntry(String name, InetSocketAddress address, long now) {
    this.name = name;
    this.address = address;
    this.meta = new byte[0];
    this.versions = Versions.NONE;
    this.state = Liveness.DEAD;
    this.changedAt = now;
  }

  boolean isPresent() {
    return state == Liveness.ALIVE || state == Liveness.SUSPECT;
  }

  void become(Liveness next, long now) {
    if (state != next) {
      state = next;
      changedAt = now;
    }
  }

  void clearSuspicion() {
    if (suspicion != null) {
      suspicion.cancel();
      suspicion = null;
    }
  }

  Message.Alive aliveClaim() {
    return new Message.Alive(incarnation, name, address, meta, versions);
  }

  Message.NodeState toWire() {
    return new Message.NodeState(name, address, meta, incarnation, state, versions);
  }

  MemberRecord toRecord() {
    return new MemberRecord(name, address, meta, versions, incarnation, state, changedAt);
  }
}
