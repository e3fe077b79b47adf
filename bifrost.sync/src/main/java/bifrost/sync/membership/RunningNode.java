package bifrost.sync.membership;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberChange;
import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.MemberState;
import bifrost.api.model.InvalidConfigException;
import bifrost.sync.membership.discovery.DiscoveryHub;
import bifrost.sync.membership.protocol.GossipNode;
import bifrost.sync.membership.protocol.MemberRecord;
import bifrost.sync.membership.protocol.NodeListener;
import bifrost.sync.membership.protocol.OwnerThread;
import bifrost.sync.membership.transport.NetTransport;
import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.PacketCodec;
import bifrost.sync.membership.wire.Security;
import bifrost.sync.membership.wire.StreamCodec;
import bifrost.sync.membership.wire.WireLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node of the protocol with its sockets and its owner thread, from start to goodbye. */
final class RunningNode implements NodeListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);
  private static final Duration LEAVE = Duration.ofSeconds(3);
  private static final Duration MERGE = Duration.ofMillis(20);
  private static final Duration RESOLVE = Duration.ofSeconds(60);

  private final OwnerThread owner = new OwnerThread("bifrost-membership");
  private final Security security;
  private final NetTransport transport;
  private final GossipNode node;
  private final ViewPublisher views;
  private final MessageRouter messages;
  private final DiscoveryHub discovery;
  private final InetSocketAddress address;
  private final JoinAttempts attempts;
  private final NameConflicts conflicts;

  /** Changes since the last publication; the owner's. */
  private final List<MemberChange> changes = new ArrayList<>();

  private boolean publishing;

  RunningNode(MembershipSettings settings, MemberInfo info, MessageRouter messages, Clock clock) {
    this.messages = messages;
    this.attempts = new JoinAttempts(clock);
    this.conflicts = new NameConflicts(clock);
    this.security = new Security(settings.label(), settings.keys());
    InetAddress bind = AdvertisedAddress.bind(settings);
    InetAddress advertised = AdvertisedAddress.advertise(settings, bind);
    byte[] meta = Metadata.encode(info);
    this.transport = bind(settings, bind);
    int port = settings.advertisePort() == 0 ? transport.port() : settings.advertisePort();
    this.address = new InetSocketAddress(advertised, port);
    this.node =
        new GossipNode(
            new GossipNode.Settings(settings.nodeId(), address, meta, settings.profile()),
            owner,
            transport,
            new PacketCodec(security, settings.compress(), WireLimits.DEFAULT),
            new StreamCodec(security, settings.compress(), WireLimits.DEFAULT),
            this,
            attempts::ended,
            new Random(new SecureRandom().nextLong()));
    this.views =
        new ViewPublisher(
            settings.nodeId(),
            clock,
            owner::nanos,
            new Member(settings.nodeId(), address, info, MemberState.ALIVE, 1, clock.instant()));
    owner.execute(node::start);
    this.discovery =
        new DiscoveryHub(
            new Announcement(
                settings.nodeId(), settings.region(), advertised.getHostAddress(), port),
            settings.peers(),
            clock,
            seeds -> {
              attempts.seeds(seeds);
              owner.execute(() -> node.seeds(seeds));
            });
    resolveAgain();
    LOG.info(
        "{}: gossips as {}:{}, region {}, profile {}, {}",
        settings.nodeId(),
        advertised.getHostAddress(),
        port,
        settings.region(),
        settings.profileName(),
        security.keys().isEmpty() ? "NOT encrypted" : "encrypted");
    if (security.keys().isEmpty()) {
      LOG.warn(
          "{}: whoever reaches port {} can join the cluster; set cluster_config.gossip.secret_keys"
              + " to the same key on all nodes ('openssl rand -base64 32' makes one)",
          settings.nodeId(),
          port);
    }
  }

  private static NetTransport bind(MembershipSettings settings, InetAddress address) {
    try {
      return NetTransport.bind(address, settings.port(), settings.profile().streamTimeout());
    } catch (IOException e) {
      throw new InvalidConfigException(
          "cluster_config.gossip.port",
          "cannot listen on %s:%d (%s); stop what has the port, or set another port or bind_address"
              .formatted(address.getHostAddress(), settings.port(), e.getMessage()));
    }
  }

  private void resolveAgain() {
    owner.after(
        RESOLVE,
        () -> {
          discovery.refresh();
          resolveAgain();
        });
  }

  ViewPublisher views() {
    return views;
  }

  DiscoveryHub discovery() {
    return discovery;
  }

  InetSocketAddress address() {
    return address;
  }

  GossipNode node() {
    return node;
  }

  JoinAttempts attempts() {
    return attempts;
  }

  NameConflicts conflicts() {
    return conflicts;
  }

  boolean encrypted() {
    return !security.keys().isEmpty();
  }

  /** The nanoseconds that the protocol counts by. */
  long nanos() {
    return owner.nanos();
  }

  /** Runs a call of the protocol on its owner. */
  void execute(Runnable task) {
    owner.execute(task);
  }

  /** Takes new keys and peers. */
  void update(MembershipSettings settings) {
    security.replace(settings.keys());
    discovery.peers(settings.peers());
    LOG.info(
        "{}: took {} keys and {} peers",
        settings.nodeId(),
        settings.keys().size(),
        settings.peers().size());
  }

  @Override
  public void changed(Kind kind, MemberRecord member) {
    if (kind == Kind.JOINED || kind == Kind.UPDATED) {
      attempts.joined(member.address());
    }
    views.change(kind, member).ifPresent(changes::add);
    if (!publishing) {
      publishing = true;
      owner.after(MERGE, this::publish);
    }
  }

  private void publish() {
    publishing = false;
    views.publish(node.members(), List.copyOf(changes));
    changes.clear();
  }

  @Override
  public void conflict(MemberRecord known, InetSocketAddress other) {
    if (known.state() != Liveness.DEAD) {
      conflicts.heard(known.name(), known.address(), other);
    }
  }

  @Override
  public void message(byte[] payload) {
    messages.receive(payload);
  }

  /** Says goodbye, then ends everything, each step within its time. */
  @Override
  public void close() {
    discovery.close();
    CountDownLatch left = new CountDownLatch(1);
    owner.execute(() -> node.leave(LEAVE, left::countDown));
    try {
      if (!left.await(LEAVE.toMillis() + 500, TimeUnit.MILLISECONDS)) {
        LOG.warn("membership: the goodbye was not sent in time, the others will see a failure");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    owner.close();
    transport.close();
    views.close();
  }
}
