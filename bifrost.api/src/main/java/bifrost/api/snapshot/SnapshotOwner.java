package bifrost.api.snapshot;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one place where configuration changes.
 *
 * <p>Implemented by the core as a service; called by management, replication and configuration
 * files. It decides what wins, publishes the next snapshot, journals what is new and tells the
 * listeners. Safe for any thread; calls are applied one after the other.
 */
@ProviderType
public interface SnapshotOwner {
  /** The snapshot of now; one volatile read. */
  Snapshot current();

  /**
   * Writes new content under a version of this node.
   *
   * @param entity the content
   * @param expected the version that the caller has seen; empty to write whatever there is
   * @return the change as applied, or the version that stands in its way
   * @throws bifrost.api.model.InvalidConfigException when the content refers to what is not there
   */
  Written put(Entity entity, Optional<Version> expected);

  /**
   * Ends an entity under a version of this node.
   *
   * @param type its kind
   * @param id its id
   * @param expected the version that the caller has seen; empty to end whatever there is
   * @return the tombstone as applied, or the version that stands in its way
   */
  Written remove(EntityType type, String id, Optional<Version> expected);

  /**
   * Applies changes that were made elsewhere.
   *
   * @param changes in any order, known ones among them
   * @return those that won here
   */
  List<Change> merge(List<Change> changes);

  /**
   * The version of an entity or of its tombstone; {@link Version#NEVER} when it was never written.
   */
  Version version(EntityType type, String id);

  /** What became of a write. */
  sealed interface Written {
    /**
     * It was applied.
     *
     * @param change what the snapshot now holds
     */
    record Applied(Change change) implements Written {}

    /**
     * Someone else was faster.
     *
     * @param current the version that is there; {@link Version#NEVER} when there is none
     */
    record Conflict(Version current) implements Written {}
  }
}
