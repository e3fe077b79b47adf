package bifrost.sync.replication.broker;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.MemberChange;
import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.Membership;
import bifrost.api.cluster.MembershipListener;
import bifrost.api.cluster.MessageListener;
import bifrost.api.metrics.MetricSource;
import bifrost.sync.membership.ListenerFeed;
import bifrost.sync.membership.MessageRouter;
import bifrost.sync.replication.broker.v1.BrokerWire.Envelope;
import bifrost.sync.replication.broker.v1.BrokerWire.Node;
import bifrost.sync.replication.broker.v1.BrokerWire.Note;
import bifrost.sync.replication.broker.v1.BrokerWire.Roster;
import bifrost.sync.replication.link.LinkCarrier;
import bifrost.sync.replication.link.Links;
import com.google.protobuf.ByteString;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The membership of a node that is at brokers: whoever is at one of the same brokers is a member.
 * Links of replication run by way of the brokers, too.
 */
@Component(
    service = {Membership.class, MetricSource.class},
    immediate = true,
    configurationPid = BrokerConfig.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BrokerConfig.class)
public final class BrokerMembership
    implements Membership, MetricSource, LinkCarrier, BrokerClient.Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerMembership.class);

  private final BrokerSettings settings;
  private final BrokerChannels channels;
  private final Rosters rosters = new Rosters();
  private final List<BrokerClient> clients = new ArrayList<>();
  private final AtomicLong numbers = new AtomicLong();
  private final MessageRouter messages = new MessageRouter();
  private final Map<MembershipListener, ListenerFeed> feeds = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("bifrost-by-broker-timer").factory());

  /** Guards the members and the order in which listeners hear of them. */
  private final ReentrantLock order = new ReentrantLock();

  private final BrokerView members;
  private volatile ClusterView view;
  private volatile MemberInfo info;
  private volatile BrokerLinks links;

  /** Attaches to the brokers. */
  @Activate
  public BrokerMembership(BrokerConfig config) {
    this(BrokerSettings.from(config), Clock.systemUTC());
  }

  BrokerMembership(BrokerSettings settings, Clock clock) {
    this.settings = settings;
    this.info = new MemberInfo(settings.region(), "", BrokerView.BY_BROKER, "", Set.of());
    this.members = new BrokerView(settings.nodeId(), info, clock);
    this.view = members.view();
    this.channels = new BrokerChannels(settings);
    for (BrokerSettings.Address address : settings.brokers()) {
      clients.add(
          new BrokerClient(
              address.toString(),
              settings.token(),
              () -> channels.open(address),
              this::self,
              this,
              timer));
    }
    if (!settings.tls()) {
      LOG.warn(
          "{}: speaks without TLS to its brokers: anyone on the way can read the token and all"
              + " configuration, set cluster_config.broker.tls",
          settings.nodeId());
    }
    clients.forEach(BrokerClient::attach);
    timer.scheduleWithFixedDelay(this::update, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public ClusterView view() {
    return view;
  }

  @Override
  public void announce(UnaryOperator<MemberInfo> change) {
    order.lock();
    try {
      MemberInfo next = change.apply(info).withGrpcAddress(BrokerView.BY_BROKER);
      if (next.equals(info)) {
        return;
      }
      info = next;
    } finally {
      order.unlock();
    }
    clients.forEach(BrokerClient::announce);
    update();
  }

  @Override
  public boolean send(String memberId, String topic, byte[] payload, Delivery delivery) {
    boolean reliable = delivery == Delivery.RELIABLE;
    byte[] note =
        MessageRouter.encode(topic, payload, reliable ? MAX_STREAM_PAYLOAD : MAX_DATAGRAM_PAYLOAD);
    for (BrokerClient client : clients) {
      if (rosters.has(client, memberId)) {
        client.send(note(memberId, note));
        return true;
      }
    }
    return false;
  }

  @Override
  public void broadcast(String topic, byte[] payload) {
    byte[] note = MessageRouter.encode(topic, payload, MAX_DATAGRAM_PAYLOAD);
    view.peers()
        .forEach(
            peer ->
                clients.stream()
                    .filter(client -> rosters.has(client, peer.id()))
                    .findFirst()
                    .ifPresent(client -> client.send(note(peer.id(), note))));
  }

  @Override
  public List<DiscoveryState> discoveries() {
    return List.of();
  }

  @Override
  public Links links() {
    BrokerLinks next = new BrokerLinks(clients, rosters, numbers, timer);
    links = next;
    return next;
  }

  @Override
  public String address() {
    return BrokerView.BY_BROKER;
  }

  @Override
  public void collect(Sink sink) {
    sink.gauge(
        "bifrost_broker_attached", "Brokers that this node is at.", Map.of(), rosters.brokers());
    sink.gauge(
        "bifrost_broker_members",
        "Members at the brokers, this node among them.",
        Map.of(),
        view.present().size());
  }

  @Override
  public void roster(BrokerClient from, Roster roster) {
    rosters.put(from, roster);
    update();
    BrokerLinks now = links;
    if (now != null) {
      now.left(from, roster);
    }
  }

  @Override
  public void envelope(BrokerClient from, Envelope envelope) {
    BrokerLinks now = links;
    if (envelope.hasNote()) {
      messages.receive(envelope.getNote().getMessage().toByteArray());
    } else if (now != null && rosters.has(from, envelope.getNode())) {
      now.envelope(from, envelope);
    }
  }

  @Override
  public void ended(BrokerClient from) {
    rosters.remove(from);
    BrokerLinks now = links;
    if (now != null) {
      now.ended(from);
    }
    update();
  }

  @Override
  public void ready(BrokerClient from) {
    BrokerLinks now = links;
    if (now != null) {
      now.ready(from);
    }
  }

  @Deactivate
  void close() {
    clients.forEach(BrokerClient::close);
    timer.shutdownNow();
    channels.close();
    feeds.values().forEach(ListenerFeed::close);
    messages.close();
  }

  /** Tells a listener from now on. */
  @Reference(
      name = "listeners",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindListener")
  void bindListener(MembershipListener listener) {
    ListenerFeed feed = new ListenerFeed(listener);
    order.lock();
    try {
      feeds.put(listener, feed);
      feed.publish(view, List.of());
    } finally {
      order.unlock();
    }
  }

  void unbindListener(MembershipListener listener) {
    ListenerFeed feed = feeds.remove(listener);
    if (feed != null) {
      feed.close();
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

  private void update() {
    order.lock();
    try {
      List<MemberChange> changes = members.update(rosters.all(), rosters.isKnown(), info);
      if (!changes.isEmpty()) {
        ClusterView next = members.view();
        view = next;
        changes.forEach(BrokerMembership::log);
        feeds.values().forEach(feed -> feed.publish(next, changes));
      }
    } finally {
      order.unlock();
    }
  }

  private Node self() {
    MemberInfo now = info;
    return Node.newBuilder()
        .setId(settings.nodeId())
        .setEpoch(settings.epoch())
        .setRegion(now.region())
        .setHttpAddress(now.httpAddress())
        .setVersion(now.version())
        .addAllCapabilities(now.capabilities())
        .build();
  }

  private static Envelope note(String to, byte[] message) {
    return Envelope.newBuilder()
        .setNode(to)
        .setNote(Note.newBuilder().setMessage(ByteString.copyFrom(message)))
        .build();
  }

  private static void log(MemberChange change) {
    switch (change.kind()) {
      case JOINED ->
          LOG.info(
              "{}: joined by a broker, region {}", change.member().id(), change.member().region());
      case FAILED -> LOG.warn("{}: failed, it is at no broker", change.member().id());
      default -> LOG.debug("{}: {}", change.member().id(), change.kind());
    }
  }
}
