package bifrost.sync.membership.simulation;

import bifrost.sync.membership.protocol.Profile;
import bifrost.sync.membership.wire.Keyring;
import bifrost.sync.membership.wire.Label;
import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.Security;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A cluster in virtual time; the same seed replays it exactly. */
public final class SimCluster {
  public static final long SECOND = 1_000_000_000L;
  public static final long MILLI = 1_000_000L;

  private final VirtualTime time = new VirtualTime();
  private final Random random;
  private final SimNetwork network;
  private final Profile profile;
  private final Keyring keys;
  private final List<SimNode> nodes = new ArrayList<>();

  public SimCluster(long seed, Profile profile) {
    this(seed, profile, Keyring.EMPTY);
  }

  public SimCluster(long seed, Profile profile, Keyring keys) {
    this.random = new Random((seed + 1) * 0xd1342543de82ef95L);
    this.network = new SimNetwork(time, random);
    this.profile = profile;
    this.keys = keys;
  }

  public VirtualTime time() {
    return time;
  }

  public SimNetwork network() {
    return network;
  }

  public Random random() {
    return random;
  }

  public List<SimNode> nodes() {
    return nodes;
  }

  public SimNode node(int index) {
    return nodes.get(index);
  }

  /** The nodes that have not crashed. */
  public List<SimNode> running() {
    return nodes.stream().filter(node -> !node.host().isCrashed()).toList();
  }

  /** Adds and starts a node. */
  public SimNode add(int region, SimNode... seeds) {
    return add("n" + nodes.size(), address(region, nodes.size()), region, new byte[40], seeds);
  }

  /** Adds and starts a node under a name and an address of choice. */
  public SimNode add(
      String name, InetSocketAddress address, int region, byte[] meta, SimNode... seeds) {
    Security security = new Security(Label.NONE, keys);
    SimNode node =
        new SimNode(name, network.host(address, region), profile, security, random, meta);
    nodes.add(node);
    node.gossip().start();
    node.gossip().seeds(List.of(seeds).stream().map(seed -> seed.host().address()).toList());
    return node;
  }

  /** Adds nodes of one region that all know the first one. */
  public SimCluster start(int count) {
    for (int i = 0; i < count; i++) {
      add(0, nodes.isEmpty() ? new SimNode[0] : new SimNode[] {nodes.getFirst()});
    }
    return this;
  }

  /** Whether every running node sees exactly the running nodes as present. */
  public boolean converged() {
    List<SimNode> running = running();
    for (SimNode node : running) {
      if (node.present() != running.size()) {
        return false;
      }
    }
    for (SimNode node : running) {
      for (SimNode other : running) {
        if (node != other && node.state(other.name()) != Liveness.ALIVE) {
          return false;
        }
      }
    }
    return true;
  }

  /** Runs until the views agree with the truth; tells whether they came to. */
  public boolean converge(long within) {
    return time.runUntil(this::converged, time.now() + within);
  }

  public void run(long nanos) {
    time.runUntil(time.now() + nanos);
  }

  public static InetSocketAddress address(int region, int index) {
    try {
      byte[] host = {10, (byte) region, (byte) (index >>> 8), (byte) index};
      return new InetSocketAddress(InetAddress.getByAddress(host), 10_101);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
