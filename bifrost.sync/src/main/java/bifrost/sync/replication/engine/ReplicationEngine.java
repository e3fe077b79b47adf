package bifrost.sync.replication.engine;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.Replication.Arrival;
import bifrost.api.cluster.ReplicationState;
import bifrost.api.journal.Writer;
import bifrost.api.metrics.MetricSource.Sink;
import bifrost.api.snapshot.Change;
import bifrost.sync.membership.protocol.Scheduler;
import bifrost.sync.replication.engine.ChangeLog.Key;
import bifrost.sync.replication.link.Link;
import bifrost.sync.replication.link.LinkListener;
import bifrost.sync.replication.link.Links;
import bifrost.sync.replication.message.Bounds;
import bifrost.sync.replication.message.SyncMessage;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Replicates counters and configuration with the other members.
 *
 * <p>The public methods are safe for any thread and only queue; everything else is the owner's.
 */
public final class ReplicationEngine implements LinkListener {
  private final EngineSettings settings;
  private final Scheduler owner;
  private final Local local;
  private final Coverage coverage;
  private final ChangeLog log = new ChangeLog();
  private final Lineage lineage = new Lineage();
  private final ProgressTable progress = new ProgressTable();
  private final History history = new History();
  private final EngineStats stats = new EngineStats();
  private final Notes notes;
  private final Refusals refusals;
  private final Probe probe;
  private final Arrivals arrivals;
  private final Comparisons comparisons;
  private final Dialer dialer;
  private final Sessions sessions;
  private final Confirmations confirmations;
  private final Receiver receiver;
  private final Flusher flusher;
  private final Health health;

  private Topology topology;
  private boolean closed;
  private volatile ReplicationState state;

  /**
   * An engine that has not started.
   *
   * @param settings who the node is
   * @param owner runs it
   * @param worker does what takes long
   * @param local what is replicated
   * @param links the transport
   * @param random makes jitter
   */
  public ReplicationEngine(
      EngineSettings settings,
      Scheduler owner,
      Worker worker,
      Local local,
      Links links,
      Random random) {
    this.settings = settings;
    this.owner = owner;
    this.local = local;
    this.coverage = new Coverage(settings.node(), settings.epoch(), history);
    this.notes = new Notes(settings.node());
    this.refusals = new Refusals(settings.node(), settings.epoch(), notes);
    this.probe = new Probe(local, settings);
    this.arrivals = new Arrivals(coverage, progress, refusals);
    Sender sender = new Sender(local, log, lineage, coverage, progress, refusals, stats);
    Answers answers = new Answers(local, worker, coverage, sender);
    this.dialer = new Dialer(settings.node(), settings.times(), links, random, stats);
    this.sessions = new Sessions(settings, dialer, history, log, stats);
    this.comparisons =
        new Comparisons(local, worker, answers, refusals, sessions, random, stats, this::living);
    this.topology = Topology.alone(settings);
    this.confirmations =
        new Confirmations(
            local,
            coverage,
            progress,
            probe,
            refusals,
            () -> comparisons.suspectAll(owner.nanos()),
            topology);
    this.receiver =
        new Receiver(
            new ChangeApplier(local, lineage),
            local,
            worker,
            confirmations,
            probe,
            answers,
            comparisons,
            notes,
            refusals,
            stats);
    this.flusher = new Flusher(owner, sessions, confirmations, sender, topology);
    comparisons.listener(new Repairs(coverage, sessions, confirmations, flusher, this::replan));
    this.health = new Health(settings, local, dialer, sessions, probe, arrivals, log, notes);
    this.state = health.state(topology, Set.of());
  }

  /** Starts; the transport may call from now on. */
  public void start() {
    EngineSettings.Times times = settings.times();
    repeat(times.flush(), flusher::flush);
    repeat(times.heartbeat(), this::beat);
    repeat(times.probe(), probe::raise);
    repeat(times.sweep(), () -> comparisons.sweep(owner.nanos()));
    owner.execute(
        () -> {
          probe.raise();
          beat();
        });
  }

  private void repeat(Duration interval, Runnable task) {
    owner.after(
        interval,
        () -> {
          if (!closed) {
            repeat(interval, task);
            task.run();
          }
        });
  }

  /** Stops; links are the transport's to close. */
  public void close() {
    owner.execute(
        () -> {
          closed = true;
          flusher.close();
        });
  }

  /** The cluster changed. */
  public void viewed(ClusterView view) {
    owner.execute(
        () -> {
          Topology before = topology;
          topology = Topology.of(view, settings);
          confirmations.topology(topology);
          flusher.topology(topology);
          long nanos = owner.nanos();
          dialer.targets(topology.links(), nanos);
          for (String node : topology.links().keySet()) {
            if (!before.isPresent(node)) {
              dialer.retry(node, nanos);
            }
          }
          if (!topology.hasAllOf(before)) {
            comparisons.suspectAll(nanos);
          }
          sessions.retain(topology);
          Set<String> known = view.members().stream().map(Member::id).collect(Collectors.toSet());
          coverage.retain(known);
          progress.retain(known);
          probe.retain(known);
          refusals.retain(known);
          dialer.dial(sessions.peers(), nanos);
          replan();
          arrivals.check(peers());
        });
  }

  /**
   * The configuration changed, here or through {@link bifrost.api.snapshot.SnapshotOwner#merge}.
   */
  public void published(List<Change> changes) {
    for (Change change : changes) {
      if (change.version().node().equals(settings.node())) {
        local
            .replica()
            .replaced(change.type(), change.id(), change.version())
            .ifPresent(
                before ->
                    lineage.wrote(new Key(change.type(), change.id()), change.version(), before));
      }
    }
    owner.execute(
        () -> {
          note(changes);
          flusher.soon(Duration.ZERO);
        });
  }

  private void note(List<Change> changes) {
    for (Change change : changes) {
      log.append(new Key(change.type(), change.id()), change.version());
      refusals.taken(change.type().label(), change.id(), change.version());
    }
  }

  /** Completes once the other present members have dealt with a change. */
  public CompletableFuture<Arrival> await(Change change) {
    CompletableFuture<Arrival> future = new CompletableFuture<>();
    owner.execute(() -> arrivals.await(awaited(change), peers(), future));
    return future;
  }

  /** Where a change has arrived by now. */
  public CompletableFuture<Arrival> arrival(Change change) {
    CompletableFuture<Arrival> future = new CompletableFuture<>();
    owner.execute(() -> future.complete(arrivals.arrival(awaited(change), peers())));
    return future;
  }

  private Arrivals.Awaited awaited(Change change) {
    Key key = new Key(change.type(), change.id());
    return new Arrivals.Awaited(key, change.version(), log.position(key));
  }

  /** How the exchange goes; at most a heartbeat old. */
  public ReplicationState state() {
    return state;
  }

  /** Whether some peer has passed on all that it had when this node came. */
  public boolean isCaughtUp() {
    return flusher.isCaughtUp();
  }

  /** Writes the metrics of now. */
  public void collect(Sink sink) {
    EngineMetrics.members(sink, state);
    EngineMetrics.engine(sink, stats, notes);
  }

  private Set<String> peers() {
    return topology.present().values().stream()
        .flatMap(List::stream)
        .filter(node -> !node.equals(settings.node()))
        .collect(Collectors.toSet());
  }

  // What the transport says.

  @Override
  public void opened(Link link) {
    owner.execute(() -> sessions.opened(link, topology, owner.nanos()));
  }

  @Override
  public void received(Link link, SyncMessage message) {
    owner.execute(() -> handle(link, message));
  }

  @Override
  public void ready(Link link) {
    owner.execute(() -> flusher.soon(Duration.ZERO));
  }

  @Override
  public void closed(Link link, String reason) {
    owner.execute(
        () -> {
          Session session = sessions.closed(link, reason, owner.nanos());
          if (session != null && session.isGreeted()) {
            comparisons.closed(session);
            replan();
          }
        });
  }

  @Override
  public void failed(String nodeId, String reason) {
    owner.execute(() -> dialer.failed(nodeId, reason, owner.nanos()));
  }

  private void handle(Link link, SyncMessage message) {
    Session session = sessions.of(link);
    if (session == null || closed) {
      link.processed();
      return;
    }
    long nanos = owner.nanos();
    session.heard(nanos);
    stats.messagesReceived++;
    if (message instanceof SyncMessage.Hello hello) {
      if (sessions.greet(session, hello, topology, nanos)) {
        comparisons.suspect(session.peer(), nanos);
        replan();
        session.send(session.beat(nanos, local.clock().millis(), Set.of()));
      }
      link.processed();
      return;
    }
    if (!session.isGreeted()) {
      link.refuse("the first message was no greeting");
      link.processed();
      return;
    }
    switch (message) {
      case SyncMessage.Subscribe subscribe -> {
        sessions.subscribed(session, subscribe, coverage, topology);
        flusher.soon(Duration.ZERO);
        link.processed();
      }
      case SyncMessage.Heartbeat beat -> {
        Set<String> before = session.carries;
        session.measure(beat, nanos, local.clock().millis());
        if (!before.equals(session.carries)) {
          replan();
        }
        link.processed();
      }
      default -> {
        Receiver.Effect effect = receiver.handle(session, message, nanos, this::applied);
        if (message instanceof SyncMessage.Subscribed) {
          comparisons.check(nanos);
        }
        if (effect == Receiver.Effect.NEWS) {
          flusher.soon(settings.times().flush().dividedBy(4));
        } else if (effect == Receiver.Effect.PROGRESS) {
          arrivals.check(peers());
          flusher.soon(settings.times().flush().dividedBy(4));
        }
      }
    }
  }

  /** Changes of a peer are in the snapshot. */
  private void applied(List<Change> won) {
    note(won);
    flusher.soon(Duration.ZERO);
  }

  /** The present members in their lives of now. */
  private Set<Writer> living() {
    return coverage.all().stream()
        .filter(mark -> topology.isPresent(mark.node()))
        .map(mark -> new Writer(mark.node(), mark.epoch()))
        .limit(Bounds.MAX_ENTRIES)
        .collect(Collectors.toSet());
  }

  // What happens from time to time.

  private void beat() {
    long nanos = owner.nanos();
    long counters = local.ledger().changedSince(Long.MAX_VALUE, 1).position();
    coverage.own(log.head(), counters);
    history.add(nanos, coverage.own(), coverage.asMap());
    sessions.expire(nanos);
    dialer.dial(sessions.peers(), nanos);
    replan();
    if (refusals.isAnyRipe(local.clock().millis() + ChangeApplier.MOST_AHEAD.toMillis())) {
      comparisons.suspectAll(nanos);
    }
    comparisons.check(nanos);
    sessions.beat(nanos, local.clock().millis(), topology);
    arrivals.check(peers());
    health.check(topology, peers(), nanos);
    state = health.state(topology, peers());
  }

  /** Asks each peer for what this node wants of it, where that has changed. */
  private void replan() {
    Subscriptions wanted = new Subscriptions(topology, sessions.greeted(), coverage, progress);
    sessions.carrying(wanted.direct(), wanted.carried());
    sessions.ask(wanted.plan(), coverage);
  }
}
