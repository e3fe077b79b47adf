package bifrost.sync.replication.engine;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.Replication.Arrival;
import bifrost.api.cluster.ReplicationState;
import bifrost.api.metrics.MetricSource.Sink;
import bifrost.api.snapshot.Change;
import bifrost.sync.membership.protocol.Scheduler;
import bifrost.sync.replication.engine.ChangeLog.Key;
import bifrost.sync.replication.link.Link;
import bifrost.sync.replication.link.LinkListener;
import bifrost.sync.replication.link.Links;
import bifrost.sync.replication.message.SyncMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
  private final Sender sender;
  private final Comparisons comparisons;
  private final Dialer dialer;
  private final Sessions sessions;
  private final Receiver receiver;
  private final Health health;

  private Topology topology;
  private boolean flushing;
  private boolean closed;
  private volatile ReplicationState state;
  private volatile boolean caughtUp;

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
    this.coverage = new Coverage(settings.node(), settings.epoch());
    this.notes = new Notes(settings.node());
    this.refusals = new Refusals(settings.node(), settings.epoch(), notes);
    this.probe = new Probe(local, settings);
    this.arrivals = new Arrivals(coverage, progress, refusals);
    this.sender = new Sender(local, log, lineage, coverage, progress, refusals, stats);
    Answers answers = new Answers(local, worker, coverage, sender);
    this.comparisons =
        new Comparisons(local, worker, answers, refusals, random, stats, this::compared);
    this.dialer = new Dialer(settings.node(), settings.times(), links, random, stats);
    this.sessions = new Sessions(settings, dialer, history, log, stats);
    this.topology =
        new Topology(
            settings.node(),
            settings.region(),
            settings.mesh(),
            Map.of(settings.node(), settings.region()),
            Map.of(settings.region(), List.of(settings.node())),
            Map.of());
    this.receiver =
        new Receiver(
            new ChangeApplier(local, lineage),
            local,
            worker,
            coverage,
            progress,
            probe,
            answers,
            comparisons,
            notes,
            refusals,
            stats,
            topology);
    this.health = new Health(settings, local, dialer, sessions, probe, arrivals, log, notes);
    this.state = health.state(topology, Set.of());
  }

  /** Starts; the transport may call from now on. */
  public void start() {
    EngineSettings.Times times = settings.times();
    repeat(times.flush(), this::flush);
    repeat(times.heartbeat(), this::beat);
    repeat(times.probe(), probe::raise);
    repeat(times.sweep(), () -> comparisons.sweep(sessions.greeted(), owner.nanos()));
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
    owner.execute(() -> closed = true);
  }

  /** The cluster changed. */
  public void viewed(ClusterView view) {
    owner.execute(
        () -> {
          Topology before = topology;
          topology = Topology.of(view, settings);
          receiver.topology(topology);
          long nanos = owner.nanos();
          dialer.targets(topology.links(), nanos);
          for (String node : topology.links().keySet()) {
            if (!before.isPresent(node)) {
              dialer.retry(node, nanos);
            }
          }
          if (!topology.hasAllOf(before)) {
            comparisons.suspectAll();
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
          flushSoon(Duration.ZERO);
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
    return caughtUp;
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
    owner.execute(() -> sessions.opened(link, owner.nanos()));
  }

  @Override
  public void received(Link link, SyncMessage message) {
    owner.execute(() -> handle(link, message));
  }

  @Override
  public void ready(Link link) {
    owner.execute(() -> flushSoon(Duration.ZERO));
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
        comparisons.suspect(session.peer());
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
        flushSoon(Duration.ZERO);
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
          comparisons.check(sessions.greeted(), nanos);
        }
        if (effect == Receiver.Effect.NEWS) {
          flushSoon(settings.times().flush().dividedBy(4));
        } else if (effect == Receiver.Effect.PROGRESS) {
          arrivals.check(peers());
          flushSoon(settings.times().flush().dividedBy(4));
        }
      }
    }
  }

  /** Changes of a peer are in the snapshot. */
  private void applied(List<Change> won) {
    note(won);
    flushSoon(Duration.ZERO);
  }

  /** A comparison has found all that a peer had. */
  private void compared(Comparison comparison) {
    coverage.join(comparison.covered());
    Session session = comparison.session();
    if (session.incomplete) {
      session.incomplete = false;
      session.complete = true;
    }
    receiver.confirmEverything();
    replan();
    sessions.askAgain(coverage);
    flushSoon(Duration.ZERO);
  }

  // What happens from time to time.

  private void flushSoon(Duration delay) {
    if (!flushing) {
      flushing = true;
      owner.after(
          delay,
          () -> {
            flushing = false;
            flush();
          });
    }
  }

  private void flush() {
    if (closed) {
      return;
    }
    caughtUp = caughtUp || sessions.isAnyComplete();
    receiver.confirm();
    sender.round();
    long nanos = owner.nanos();
    boolean more = false;
    for (Session session : sessions.greeted()) {
      more |= sender.send(session, topology.regions(), nanos);
    }
    if (more) {
      flushSoon(Duration.ZERO);
    }
  }

  private void beat() {
    long nanos = owner.nanos();
    long counters = local.ledger().changedSince(Long.MAX_VALUE, 1).position();
    coverage.own(log.head(), counters);
    history.add(nanos, coverage.own(), coverage.asMap());
    sessions.expire(nanos);
    dialer.dial(sessions.peers(), nanos);
    replan();
    comparisons.check(sessions.greeted(), nanos);
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
