package bifrost.runtime.snapshot;

import bifrost.api.snapshot.EntityCheck;
import bifrost.api.snapshot.SnapshotListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Brings listeners and checks to the snapshot's owner. A component of its own, because they may
 * need the owner themselves: in the owner their references would be a circle, and who came first
 * would not start.
 */
@Component(service = SnapshotPlugins.class, immediate = true)
public final class SnapshotPlugins {
  private final SnapshotService owner;

  /** For this owner. */
  @Activate
  public SnapshotPlugins(@Reference(name = "owner") SnapshotService owner) {
    this.owner = owner;
  }

  @Reference(
      name = "listeners",
      service = SnapshotListener.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void bindListener(SnapshotListener listener) {
    owner.add(listener);
  }

  void unbindListener(SnapshotListener listener) {
    owner.remove(listener);
  }

  @Reference(
      name = "checks",
      service = EntityCheck.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void bindCheck(EntityCheck check) {
    owner.add(check);
  }

  void unbindCheck(EntityCheck check) {
    owner.remove(check);
  }
}
