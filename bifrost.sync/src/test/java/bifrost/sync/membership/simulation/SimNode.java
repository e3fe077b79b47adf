package bifrost.sync.membership.simulation;

import bifrost.sync.membership.protocol.GossipNode;
import bifrost.sync.membership.protocol.MemberRecord;
import bifrost.sync.membership.protocol.NodeListener;
import bifrost.sync.membership.protocol.Profile;
import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.PacketCodec;
import bifrost.sync.membership.wire.Security;
import bifrost.sync.membership.wire.StreamCodec;
import bifrost.sync.membership.wire.WireLimits;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A node of a simulated cluster and what it has seen. */
public final class SimNode implements NodeListener {
  /** Something that the node was told. */
  public record Seen(long at, Kind kind, String name) {}

  private final String name;
  private final SimHost host;
  private final GossipNode node;
  private final List<Seen> events = new ArrayList<>();
  private final List<byte[]> messages = new ArrayList<>();
  private final Map<String, Liveness> states = new HashMap<>();
  private int present = 1;

  public SimNode(String name, SimHost host, Profile profile, Security security, Random random) {
    this(name, host, profile, security, random, new byte[40]);
  }

  public SimNode(
      String name, SimHost host, Profile profile, Security security, Random random, byte[] meta) {
    this.name = name;
    this.host = host;
    this.node =
        new GossipNode(
            new GossipNode.Settings(name, host.address(), meta, profile),
            host,
            host,
            new PacketCodec(security, false, WireLimits.DEFAULT),
            new StreamCodec(security, false, WireLimits.DEFAULT),
            this,
            (seed, failure) -> {},
            random);
  }

  public String name() {
    return name;
  }

  public SimHost host() {
    return host;
  }

  public GossipNode gossip() {
    return node;
  }

  public List<Seen> events() {
    return events;
  }

  public List<byte[]> messages() {
    return messages;
  }

  /** What it believes of another one; {@code null} when it does not know it. */
  public Liveness state(String other) {
    return states.get(other);
  }

  /** How many members it believes to be there, itself among them. */
  public int present() {
    return present;
  }

  @Override
  public void changed(Kind kind, MemberRecord member) {
    events.add(new Seen(host.nanos(), kind, member.name()));
    if (kind == Kind.REAPED) {
      states.remove(member.name());
      return;
    }
    Liveness before = states.put(member.name(), member.state());
    present += (isPresent(member.state()) ? 1 : 0) - (before != null && isPresent(before) ? 1 : 0);
    if (member.name().equals(name)) {
      states.remove(name);
      present = 1 + (int) states.values().stream().filter(SimNode::isPresent).count();
    }
  }

  @Override
  public void conflict(MemberRecord known, InetSocketAddress other) {
    // counted by the node
  }

  @Override
  public void message(byte[] payload) {
    messages.add(payload);
  }

  private static boolean isPresent(Liveness state) {
    return state.compareTo(Liveness.SUSPECT) <= 0;
  }
}
