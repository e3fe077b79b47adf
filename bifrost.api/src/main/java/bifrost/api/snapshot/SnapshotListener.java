package bifrost.api.snapshot;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears of each new snapshot.
 *
 * <p>Plugins implement it and register it as a service. Called by the snapshot's owner, one call at
 * a time, in the order of the revisions, after the snapshot was published. It must not block and
 * must not call the owner back; an exception is logged and changes nothing.
 */
@ConsumerType
public interface SnapshotListener {
  /**
   * A new snapshot was published.
   *
   * @param snapshot the new one
   * @param changes what differs from the one before; empty when it was loaded as a whole
   */
  void published(Snapshot snapshot, List<Change> changes);
}
