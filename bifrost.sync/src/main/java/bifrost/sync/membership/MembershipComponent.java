package bifrost.sync.membership;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.Membership;
import bifrost.api.cluster.MembershipListener;
import bifrost.api.cluster.MessageListener;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.api.metrics.MetricSource;
import bifrost.api.model.InvalidConfigException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The membership of this node, as long as clustering is configured. New keys and peers are taken
 * while it runs; any other change of the configuration lets it leave and join again.
 */
@Component(
    service = {Membership.class, MeshInspection.class, MetricSource.class},
    immediate = true,
    configurationPid = MembershipConfig.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MembershipConfig.class)
public final class MembershipComponent implements Membership, MeshInspection, MetricSource {
  private static final Logger LOG = LoggerFactory.getLogger(MembershipComponent.class);

  private final MessageRouter messages = new MessageRouter();
  private final List<MembershipListener> listeners = new CopyOnWriteArrayList<>();
  private final Map<PeerDiscovery, Map<String, Object>> discoveries = new ConcurrentHashMap<>();

  /** Guards the exchange of the node and of what it says of itself. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile MembershipSettings settings;
  private volatile RunningNode running;
  private volatile MemberInfo info;

  /** Joins the cluster. */
  @Activate
  public MembershipComponent(MembershipConfig config, Map<String, Object> properties) {
    this(MembershipSettings.from(config));
    properties.keySet().stream()
        .filter(key -> key.startsWith("config."))
        .forEach(
            key ->
                LOG.warn(
                    "cluster_config.gossip.{}: is not used, the profile {} sets the times",
                    key,
                    settings.profileName()));
  }

  MembershipComponent(MembershipSettings settings) {
    this.settings = settings;
    this.info =
        new MemberInfo(
            settings.region(), settings.httpAddress(), settings.grpcAddress(), "", Set.of());
    this.running = new RunningNode(settings, info, messages, Clock.systemUTC());
  }

  @Modified
  void modified(MembershipConfig config) {
    MembershipSettings next = MembershipSettings.from(config);
    lock.lock();
    try {
      if (next.sameBut(settings)) {
        running.update(next);
      } else {
        LOG.info("{}: the configuration changed, leaving and joining again", next.nodeId());
        running.close();
        restart(
            next,
            new MemberInfo(
                next.region(),
                next.httpAddress().isEmpty() ? info.httpAddress() : next.httpAddress(),
                next.grpcAddress().isEmpty() ? info.grpcAddress() : next.grpcAddress(),
                info.version(),
                info.capabilities()));
      }
      settings = next;
    } finally {
      lock.unlock();
    }
  }

  /** Starts with another configuration, or with the old one when that cannot be used. */
  private void restart(MembershipSettings next, MemberInfo nextInfo) {
    try {
      running = new RunningNode(next, nextInfo, messages, Clock.systemUTC());
      info = nextInfo;
    } catch (InvalidConfigException e) {
      running = new RunningNode(settings, info, messages, Clock.systemUTC());
      throw e;
    } finally {
      listeners.forEach(running.views()::add);
      discoveries.forEach(running.discovery()::add);
    }
  }

  @Deactivate
  void close() {
    running.close();
    messages.close();
  }

  @Override
  public ClusterView view() {
    return running.views().view();
  }

  @Override
  public void announce(UnaryOperator<MemberInfo> change) {
    lock.lock();
    try {
      MemberInfo next = change.apply(info);
      if (next.equals(info)) {
        return;
      }
      byte[] meta = Metadata.encode(next);
      info = next;
      RunningNode node = running;
      node.execute(() -> node.node().describe(meta));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean send(String memberId, String topic, byte[] payload, Delivery delivery) {
    boolean reliable = delivery == Delivery.RELIABLE;
    byte[] message =
        MessageRouter.encode(topic, payload, reliable ? MAX_STREAM_PAYLOAD : MAX_DATAGRAM_PAYLOAD);
    if (view().peers().stream().noneMatch(peer -> peer.id().equals(memberId))) {
      return false;
    }
    RunningNode node = running;
    node.execute(
        () -> {
          if (reliable) {
            node.node().sendReliably(memberId, message);
          } else {
            node.node().send(memberId, message);
          }
        });
    return true;
  }

  @Override
  public void broadcast(String topic, byte[] payload) {
    byte[] message = MessageRouter.encode(topic, payload, MAX_DATAGRAM_PAYLOAD);
    RunningNode node = running;
    node.execute(() -> node.node().broadcast(message));
  }

  @Override
  public List<DiscoveryState> discoveries() {
    return running.discovery().states();
  }

  @Override
  public Self self() {
    RunningNode node = running;
    return new Self(node.address(), node.encrypted(), settings.peers());
  }

  @Override
  public List<Unreached> unreached() {
    return running.attempts().unreached();
  }

  @Override
  public List<Stranger> strangers() {
    RunningNode node = running;
    Instant now = Instant.now();
    long nanos = node.nanos();
    return node.node().strangers().seen().stream()
        .map(
            seen ->
                new Stranger(
                    seen.source().address(),
                    seen.source().reason(),
                    seen.count(),
                    now.minusNanos(nanos - seen.last())))
        .toList();
  }

  @Override
  public List<NameConflict> conflicts() {
    return running.conflicts().all();
  }

  @Override
  public void ping(
      InetSocketAddress to,
      String name,
      boolean stream,
      Duration timeout,
      Consumer<String> outcome) {
    RunningNode node = running;
    node.execute(() -> node.node().test(to, name, stream, timeout, outcome));
  }

  @Override
  public void collect(Sink sink) {
    RunningNode node = running;
    MembershipMetrics.members(sink, view());
    MembershipMetrics.protocol(
        sink, node.node().stats(), node.node().awareness(), node.node().queued());
    MembershipMetrics.messages(sink, messages.dropped());
    MembershipMetrics.discovery(sink, node.discovery().states());
  }

  /** Tells a listener from now on. */
  @Reference(
      name = "listeners",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindListener")
  void bindListener(MembershipListener listener) {
    lock.lock();
    try {
      listeners.add(listener);
      running.views().add(listener);
    } finally {
      lock.unlock();
    }
  }

  void unbindListener(MembershipListener listener) {
    lock.lock();
    try {
      listeners.remove(listener);
      running.views().remove(listener);
    } finally {
      lock.unlock();
    }
  }

  /** Hands messages to a listener from now on. */
  @Reference(
      name = "messages",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindMessages")
  void bindMessages(MessageListener listener) {
    messages.add(listener);
  }

  void unbindMessages(MessageListener listener) {
    messages.remove(listener);
  }

  /** Uses a discovery service from now on. */
  @Reference(
      name = "discoveries",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindDiscovery")
  void bindDiscovery(PeerDiscovery discovery, Map<String, Object> properties) {
    discoveries.put(discovery, Map.copyOf(properties));
    running.discovery().add(discovery, properties);
  }

  /** Blocks while its bundle stops and a successor is about to take over. */
  void unbindDiscovery(PeerDiscovery discovery, ServiceReference<PeerDiscovery> reference) {
    Bundle bundle = reference.getBundle();
    removeDiscovery(discovery, bundle == null || bundle.getState() != Bundle.ACTIVE);
  }

  void removeDiscovery(PeerDiscovery discovery, boolean bundleStops) {
    discoveries.remove(discovery);
    running.discovery().remove(discovery, bundleStops);
  }
}
