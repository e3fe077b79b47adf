package bifrost.api.cluster;

import bifrost.api.snapshot.Change;
import java.time.Duration;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * This node's part in the exchange of counters and configuration with the other members.
 *
 * <p>Implemented by {@code bifrost.sync} as a service, which is there while clustering is
 * configured; read by management, the shell and diagnosis. Safe for any thread.
 *
 * <pre>{@code
 * if (owner.put(entity, Optional.empty()) instanceof Written.Applied applied) {
 *   Arrival arrival = replication.await(applied.change(), Duration.ofSeconds(5));
 *   // arrival.missing() names the members that have not dealt with it
 * }
 * }</pre>
 */
@ProviderType
public interface Replication {
  /** How the exchange with each member goes; a picture of now. Does not block. */
  ReplicationState state();

  /**
   * Waits until the other present members have applied a change, or a newer one of the same entity,
   * or have said that they cannot. Who joins meanwhile is waited for, who goes is not.
   *
   * @param change a change that {@link bifrost.api.snapshot.SnapshotOwner} has applied on this node
   * @param timeout how long to wait; zero to look only; at most one minute is waited
   * @return who has applied it and who has not
   * @throws InterruptedException when the calling thread is interrupted
   */
  Arrival await(Change change, Duration timeout) throws InterruptedException;

  /**
   * Where a change has arrived.
   *
   * @param applied the other present members that have applied it
   * @param missing the other present members of which this node does not know yet
   * @param refused the other present members that could not take it, and have what they had; {@link
   *     ReplicationState#refused} of each says why
   */
  record Arrival(Set<String> applied, Set<String> missing, Set<String> refused) {
    /** Copies the sets. */
    public Arrival {
      applied = Set.copyOf(applied);
      missing = Set.copyOf(missing);
      refused = Set.copyOf(refused);
    }

    /** Whether it has been applied everywhere. */
    public boolean isEverywhere() {
      return missing.isEmpty() && refused.isEmpty();
    }
  }
}
