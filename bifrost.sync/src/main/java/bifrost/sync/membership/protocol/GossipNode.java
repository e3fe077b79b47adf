package bifrost.sync.membership.protocol;

import bifrost.sync.membership.protocol.NodeListener.Kind;
import bifrost.sync.membership.transport.Receiver;
import bifrost.sync.membership.transport.Transport;
import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.PacketCodec;
import bifrost.sync.membership.wire.StreamCodec;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One node of the cluster: puts the parts of the protocol together and hands them what comes in.
 *
 * <p>All methods but {@link #stats}, {@link #strangers} and {@link #awareness} belong to the owner
 * of its state.
 */
public final class GossipNode {
  private static final Duration REAP_INTERVAL = Duration.ofSeconds(10);
  private static final int GOODBYE_ROUNDS = 3;

  private final Settings settings;
  private final Scheduler scheduler;
  private final Transport transport;
  private final StreamCodec streams;
  private final NodeListener listener;
  private final Random random;
  private final Stats stats = new Stats();
  private final BroadcastQueue queue = new BroadcastQueue();
  private final PendingAcks acks = new PendingAcks();
  private final Awareness awareness;
  private final MemberTable members;
  private final StateRules rules;
  private final Sender sender;
  private final Prober prober;
  private final PingResponder responder;
  private final Gossiper gossiper;
  private final Synchronizer synchronizer;
  private final Rejoiner rejoiner;
  private final PortTester tester;
  private final Inbox inbox;

  /**
   * What a node is.
   *
   * @param name its name, unique in the cluster
   * @param address where others reach it
   * @param meta what it says of itself, at most 512 bytes
   * @param profile the times of the protocol
   */
  public record Settings(String name, InetSocketAddress address, byte[] meta, Profile profile) {}

  /**
   * A node that is not started.
   *
   * @param joins is told of each attempt to reach a seed or a lost member: the cause of a failure,
   *     or an empty string
   */
  public GossipNode(
      Settings settings,
      Scheduler scheduler,
      Transport transport,
      PacketCodec packets,
      StreamCodec streams,
      NodeListener listener,
      BiConsumer<InetSocketAddress, String> joins,
      Random random) {
    this.settings = settings;
    this.scheduler = scheduler;
    this.transport = transport;
    this.streams = streams;
    this.listener = listener;
    this.random = random;
    Profile profile = settings.profile();
    awareness = new Awareness(profile.awarenessMax());
    members =
        new MemberTable(
            new MemberEntry(settings.name(), settings.address(), scheduler.nanos()), random);
    rules =
        new StateRules(members, queue, awareness, scheduler, profile, stats, new Watch(listener));
    sender = new Sender(transport, packets, queue, members, profile, stats);
    prober =
        new Prober(
            members, rules, sender, transport, streams, acks, awareness, scheduler, profile, stats);
    responder = new PingResponder(members, sender, acks, scheduler, profile);
    gossiper = new Gossiper(members, queue, sender, scheduler, profile);
    synchronizer = new Synchronizer(members, rules, transport, streams, scheduler, profile, stats);
    rejoiner = new Rejoiner(members, synchronizer, rules, scheduler, profile, random, joins);
    tester = new PortTester(members, sender, transport, streams, acks, scheduler);
    this.inbox = new Inbox(packets, streams, scheduler, stats, this::onMessage, this::onRequest);
  }

  /** Starts to receive, to probe and to spread news. */
  public void start() {
    rules.start(settings.meta());
    transport.start(inbox);
    prober.start(random);
    gossiper.start(random);
    synchronizer.start(random);
    rejoiner.start();
    scheduler.after(REAP_INTERVAL, this::reap);
  }

  /** Replaces the addresses that are tried until a member is there; new ones are tried at once. */
  public void seeds(Collection<InetSocketAddress> seeds) {
    rejoiner.seeds(seeds);
  }

  /** Says something else of this node. */
  public void describe(byte[] meta) {
    if (!rules.leaving()) {
      rules.describe(meta);
    }
  }

  /** Sends bytes to a member in a packet; {@code false} when it is not present. */
  public boolean send(String name, byte[] payload) {
    MemberEntry entry = members.get(name);
    if (entry == null || !entry.isPresent()) {
      return false;
    }
    sender.send(entry.address, entry.versions.checksum(), new Message.User(payload));
    return true;
  }

  /** Sends bytes to a member in a stream; {@code false} when it is not present. */
  public boolean sendReliably(String name, byte[] payload) {
    MemberEntry entry = members.get(name);
    if (entry == null || !entry.isPresent()) {
      return false;
    }
    byte[] request = streams.request(new Message.User(payload));
    stats.streamsOut.increment();
    stats.streamBytesOut.add(request.length);
    transport.exchange(
        entry.address, request, settings.profile().streamTimeout(), in -> "", new Unheard<>());
    return true;
  }

  /** Pings a node for diagnosis, by a stream or else by a packet; see {@link PortTester}. */
  public void test(
      InetSocketAddress to,
      String name,
      boolean stream,
      Duration timeout,
      Consumer<String> outcome) {
    if (stream) {
      tester.byStream(to, name, timeout, outcome);
    } else {
      tester.byPacket(to, name, timeout, outcome);
    }
  }

  /** Sends bytes to every present member in a packet. */
  public void broadcast(byte[] payload) {
    for (MemberEntry entry : members.all()) {
      if (entry != members.local() && entry.isPresent()) {
        sender.send(entry.address, entry.versions.checksum(), new Message.User(payload));
      }
    }
  }

  /**
   * Says goodbye to every member, and lets gossip repeat it for a moment; {@code done} runs after
   * that, or when the time is over.
   */
  public void leave(Duration limit, Runnable done) {
    List<MemberEntry> others =
        members.all().stream()
            .filter(entry -> entry != members.local() && entry.isPresent())
            .toList();
    Message goodbye = rules.leave();
    for (MemberEntry entry : others) {
      sender.send(entry.address, entry.versions.checksum(), goodbye);
    }
    Duration repeated = settings.profile().gossipInterval().multipliedBy(GOODBYE_ROUNDS);
    Duration wait = repeated.compareTo(limit) < 0 ? repeated : limit;
    scheduler.after(others.isEmpty() ? Duration.ZERO : wait, done);
  }

  /** All members that are known, this node among them. */
  public List<MemberRecord> members() {
    return members.all().stream().map(MemberEntry::toRecord).toList();
  }

  /** How many members are present, this node among them. */
  public int present() {
    return members.present();
  }

  /** What was counted; for any thread. */
  public Stats stats() {
    return stats;
  }

  /** Whose traffic was dropped; for any thread. */
  public Strangers strangers() {
    return inbox.strangers();
  }

  /** How unwell this node thinks it is, 0 is well; for any thread. */
  public int awareness() {
    return awareness.score();
  }

  /** How much news waits to be spread; for any thread. */
  public int queued() {
    return queue.size();
  }

  private void onMessage(InetSocketAddress from, Message message) {
    switch (message) {
      case Message.Ping m -> responder.ping(from, m);
      case Message.IndirectPing m -> responder.indirect(from, m);
      case Message.Ack m -> acks.ack(m.seq());
      case Message.Nack m -> acks.nack(m.seq());
      case Message.Suspect m -> rules.suspect(m);
      case Message.Alive m -> rules.alive(m);
      case Message.Dead m -> rules.dead(m);
      case Message.User m -> listener.message(m.payload());
      case Message.PushPull m -> throw new IllegalStateException("a push/pull in a packet");
      case Message.Failure m -> throw new IllegalStateException("an error in a packet");
    }
  }

  private void onRequest(Message request, Receiver.Answer answer) {
    switch (request) {
      case Message.PushPull m -> synchronizer.answer(m, answer);
      case Message.Ping m when responder.isForMe(m) ->
          answer.send(streams.answer(new Message.Ack(m.seq(), new byte[0])));
      case Message.User m -> {
        listener.message(m.payload());
        answer.none();
      }
      default -> answer.none();
    }
  }

  private void reap() {
    scheduler.after(REAP_INTERVAL, this::reap);
    long now = scheduler.nanos();
    List<MemberEntry> gone =
        members.all().stream()
            .filter(entry -> entry != members.local() && !entry.isPresent())
            .filter(entry -> now - entry.changedAt > settings.profile().reapAfter().toNanos())
            .toList();
    rejoiner.remember(gone);
    members.removeAll(gone);
    gone.forEach(entry -> listener.changed(Kind.REAPED, entry.toRecord()));
  }

  /** Wakes the rejoiner when a member is lost. */
  private final class Watch implements NodeListener {
    private final NodeListener next;

    Watch(NodeListener next) {
      this.next = next;
    }

    @Override
    public void changed(Kind kind, MemberRecord member) {
      if (kind == Kind.FAILED) {
        rejoiner.lost();
      }
      next.changed(kind, member);
    }

    @Override
    public void conflict(MemberRecord known, InetSocketAddress other) {
      next.conflict(known, other);
    }

    @Override
    public void message(byte[] payload) {
      next.message(payload);
    }
  }

  private static final class Unheard<T> implements Transport.Outcome<T> {
    @Override
    public void answered(T answer) {
      // best effort
    }

    @Override
    public void failed(String cause) {
      // best effort
    }
  }
}
