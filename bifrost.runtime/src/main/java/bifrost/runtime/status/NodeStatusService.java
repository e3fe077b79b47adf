package bifrost.runtime.status;

import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.status.NodeStatus;
import bifrost.runtime.boot.BootReport;
import bifrost.runtime.ingress.ReadinessGate;
import bifrost.runtime.local.LocalSnapshot;
import bifrost.runtime.provider.Adapter;
import bifrost.runtime.provider.ProviderRegistry;
import bifrost.runtime.provider.ProviderRegistry.Listed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Gathers what the node says of itself from the parts that know it. */
@Component(service = NodeStatus.class)
public final class NodeStatusService implements NodeStatus {
  private final BootReport report;
  private final SnapshotOwner snapshots;
  private final ProviderRegistry registry;
  private final ReadinessGate readiness;
  private final LocalSnapshot local;
  private final long startNanos = System.nanoTime();

  /** Wires the status. */
  @Activate
  public NodeStatusService(
      @Reference(name = "report") BootReport report,
      @Reference(name = "snapshots") SnapshotOwner snapshots,
      @Reference(name = "registry") ProviderRegistry registry,
      @Reference(name = "readiness") ReadinessGate readiness,
      @Reference(name = "local") LocalSnapshot local) {
    this.report = report;
    this.snapshots = snapshots;
    this.registry = registry;
    this.readiness = readiness;
    this.local = local;
  }

  @Override
  public Boot boot() {
    return new Boot(
        report.nodeId(),
        report.epoch(),
        report.version(),
        report.source(),
        report.rows(),
        report.bootTime(),
        Duration.ofNanos(System.nanoTime() - startNanos),
        readiness.url());
  }

  @Override
  public NodeStatus.Readiness readiness() {
    return readiness.now();
  }

  @Override
  public LocalCopy localCopy() {
    return local.state();
  }

  @Override
  public List<ProviderState> providers() {
    Snapshot snapshot = snapshots.current();
    TreeSet<String> names = new TreeSet<>();
    snapshot.providers().forEach(provider -> names.add(provider.id()));
    List<Listed> listed = registry.list();
    listed.forEach(service -> names.add(service.name()));
    List<ProviderState> states = new ArrayList<>(names.size());
    for (String name : names) {
      states.add(state(name, snapshot, listed));
    }
    return states;
  }

  private ProviderState state(String name, Snapshot snapshot, List<Listed> listed) {
    String served = snapshot.provider(name).flatMap(ProviderConfig::base).orElse(name);
    Optional<Adapter> adapter = registry.find(served);
    long running = 0;
    long draining = 0;
    for (Listed service : listed) {
      if (service.names().contains(served)) {
        running += service.draining() ? 0 : service.running();
        draining += service.draining() ? service.running() : 0;
      }
    }
    return new ProviderState(
        name,
        adapter.map(a -> a.descriptor().name()).orElse(""),
        adapter.flatMap(a -> bundle(a, listed)).orElse(""),
        snapshot.keys(name).size(),
        running,
        draining);
  }

  private static Optional<String> bundle(Adapter adapter, List<Listed> listed) {
    return listed.stream()
        .filter(service -> service.serviceId() == adapter.lease().serviceId())
        .map(Listed::bundle)
        .findFirst();
  }
}
