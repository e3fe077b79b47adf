package bifrost.sync.replication;

import bifrost.api.cluster.Member;
import bifrost.api.cluster.Membership;
import bifrost.api.cluster.MembershipListener;
import bifrost.api.cluster.Replication;
import bifrost.api.cluster.ReplicationState;
import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.Journal;
import bifrost.api.ledger.Ledger;
import bifrost.api.metrics.MetricSource;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ConfigurationReplica;
import bifrost.api.snapshot.SnapshotListener;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.status.NodeStatus;
import bifrost.api.status.ReadinessCheck;
import bifrost.sync.membership.protocol.OwnerThread;
import bifrost.sync.replication.engine.EngineSettings;
import bifrost.sync.replication.engine.Local;
import bifrost.sync.replication.engine.ReplicationEngine;
import bifrost.sync.replication.engine.WorkerThread;
import bifrost.sync.replication.grpc.GrpcConfig;
import bifrost.sync.replication.grpc.GrpcLinks;
import bifrost.sync.replication.grpc.GrpcSettings;
import bifrost.sync.replication.link.LinkCarrier;
import bifrost.sync.replication.link.Links;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Replication of this node, as long as clustering is configured. Another configuration starts it
 * anew: the links break and are opened again, nothing is lost.
 */
@Component(
    service = {Replication.class, MetricSource.class},
    immediate = true,
    configurationPid = ReplicationConfig.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ReplicationConfig.class)
public final class ReplicationComponent implements Replication, MetricSource {
  private static final Duration MOST_WAIT = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final OwnerThread owner = new OwnerThread("bifrost-replication");
  private final WorkerThread worker = new WorkerThread(owner);
  private final Links links;
  private final ReplicationEngine engine;
  private final List<ServiceRegistration<?>> listeners;
  private volatile Journal journal;

  /** Listens, and links to the members. */
  @Activate
  public ReplicationComponent(
      @Reference(name = "membership") Membership membership,
      @Reference(name = "ledger") Ledger ledger,
      @Reference(name = "snapshotOwner") SnapshotOwner snapshotOwner,
      @Reference(name = "replica") ConfigurationReplica replica,
      @Reference(name = "status") NodeStatus status,
      ReplicationConfig config,
      GrpcConfig grpc,
      BundleContext context) {
    ReplicationSettings settings = ReplicationSettings.from(config);
    Member self = membership.view().local();
    Clock clock = Clock.systemUTC();
    this.links =
        membership instanceof LinkCarrier carrier
            ? carrier.links()
            : new GrpcLinks(
                self.id(), GrpcSettings.from(grpc), id -> isPresent(membership, id), clock);
    this.engine =
        new ReplicationEngine(
            engineSettings(self, status.boot(), settings),
            owner,
            worker,
            new Local(ledger, snapshotOwner, replica, clock, this::audit),
            links,
            new Random(new SecureRandom().nextLong()));
    CatchUp catchUp =
        new CatchUp(
            status.boot().uptime(),
            System::nanoTime,
            engine::isCaughtUp,
            () -> !membership.view().peers().isEmpty());
    start(membership);
    // Not by annotations: they call this component's own dependencies while those start.
    this.listeners =
        List.of(
            context.registerService(
                MembershipListener.class, (view, changes) -> engine.viewed(view), null),
            context.registerService(
                SnapshotListener.class, (snapshot, changes) -> engine.published(changes), null),
            context.registerService(ReadinessCheck.class, catchUp::missing, null));
  }

  @Reference(
      name = "journal",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindJournal(Journal bound) {
    journal = bound;
  }

  void unbindJournal(Journal gone) {
    if (journal == gone) {
      journal = null;
    }
  }

  /** The version tells which event of the audit log made the edit that is gone. */
  private void audit(ReplicationState.Conflict conflict) {
    Journal bound = journal;
    if (bound != null) {
      bound.append(
          new AuditEvent(
              conflict.at().toEpochMilli(),
              "node " + conflict.winner().node(),
              "",
              "",
              "overruled",
              conflict.type().label(),
              conflict.id(),
              conflict.loser(),
              ""));
    }
  }

  private void start(Membership membership) {
    try {
      links.start(engine);
    } catch (RuntimeException e) {
      close(List.of());
      throw e;
    }
    engine.start();
    String address = address(membership);
    membership.announce(
        info -> {
          var next = info.withGrpcAddress(address);
          for (String capability : EngineSettings.CAPABILITIES) {
            next = next.withCapability(capability);
          }
          return next;
        });
  }

  private String address(Membership membership) {
    return switch (links) {
      case GrpcLinks grpc ->
          grpc.address(membership.view().local().address().getAddress().getHostAddress());
      default -> ((LinkCarrier) membership).address();
    };
  }

  private static boolean isPresent(Membership membership, String id) {
    return membership.view().member(id).filter(member -> member.state().isPresent()).isPresent();
  }

  private static EngineSettings engineSettings(
      Member self, NodeStatus.Boot boot, ReplicationSettings settings) {
    EngineSettings.Times times = EngineSettings.Times.DEFAULT;
    return new EngineSettings(
        self.id(),
        boot.epoch(),
        self.region(),
        settings.cluster(),
        boot.version(),
        EngineSettings.CAPABILITIES,
        settings.mesh(),
        settings.relays(),
        times.withAlarm(settings.alarm()));
  }

  @Deactivate
  void close() {
    close(listeners);
  }

  private void close(List<ServiceRegistration<?>> registered) {
    registered.forEach(ServiceRegistration::unregister);
    engine.close();
    links.close();
    worker.close();
    owner.close();
  }

  @Override
  public ReplicationState state() {
    return engine.state();
  }

  @Override
  public Arrival await(Change change, Duration timeout) throws InterruptedException {
    Duration bounded = timeout.compareTo(MOST_WAIT) > 0 ? MOST_WAIT : timeout;
    if (bounded.isPositive()) {
      CompletableFuture<Arrival> everywhere = engine.await(change);
      try {
        return everywhere.get(bounded.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        everywhere.cancel(false);
      } catch (ExecutionException e) {
        throw new IllegalStateException("replication ended", e.getCause());
      }
    }
    try {
      return engine.arrival(change).get(LOOK.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("replication does not answer; it is stopping", e);
    }
  }

  @Override
  public void collect(Sink sink) {
    engine.collect(sink);
    if (links instanceof GrpcLinks grpc) {
      grpc.collect(sink);
    }
  }
}
