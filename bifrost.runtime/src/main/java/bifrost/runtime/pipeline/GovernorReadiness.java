package bifrost.runtime.pipeline;

import bifrost.api.governance.Governor;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.status.ReadinessCheck;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Keeps a node that has virtual keys out of service while it has no governor to know them. */
@Component(service = ReadinessCheck.class)
public final class GovernorReadiness implements ReadinessCheck {
  private final SnapshotOwner snapshots;
  private final AtomicInteger governors = new AtomicInteger();

  /** Without a governor. */
  @Activate
  public GovernorReadiness(@Reference(name = "snapshots") SnapshotOwner snapshots) {
    this.snapshots = snapshots;
  }

  @Reference(
      name = "governors",
      service = Governor.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void bindGovernor(Governor governor) {
    governors.incrementAndGet();
  }

  void unbindGovernor(Governor governor) {
    governors.decrementAndGet();
  }

  @Override
  public Optional<String> missing() {
    if (governors.get() > 0) {
      return Optional.empty();
    }
    Snapshot now = snapshots.current();
    if (now.client().enforceAuth()) {
      return Optional.of("virtual keys are enforced, and no governor runs");
    }
    return now.count(EntityType.VIRTUAL_KEY) > 0
        ? Optional.of("there are virtual keys, and no governor runs")
        : Optional.empty();
  }
}
