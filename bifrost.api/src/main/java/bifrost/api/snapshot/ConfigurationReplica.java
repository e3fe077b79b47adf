package bifrost.api.snapshot;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The configuration as nodes compare and exchange it: the versions of all that was ever written,
 * tombstones among them, and entities as text.
 *
 * <p>Implemented by the core as a service beside {@link SnapshotOwner}, through which changes are
 * applied; called by replication. Safe for any thread; nothing does I/O; {@link #versions} walks
 * over all rows.
 */
@ProviderType
public interface ConfigurationReplica {
  /** How many buckets a {@link #digest} has. */
  int BUCKETS = 4_096;

  /**
   * A sum of hashes for each bucket, over the versions of entities and tombstones: equal buckets
   * hold equal versions. Which bucket an entity is in depends on its kind and id alone.
   *
   * @return {@link #BUCKETS} numbers
   */
  List<Long> digest();

  /** How many rows there are, tombstones among them. */
  long rows();

  /**
   * The versions in some buckets.
   *
   * @param buckets their numbers, 0 to {@link #BUCKETS} - 1
   */
  List<Versioned> versions(Set<Integer> buckets);

  /** What an entity is now, or its tombstone; empty when it was never written. */
  Optional<Change> find(EntityType type, String id);

  /**
   * The version that a change has replaced on this node.
   *
   * @param type the entity's kind
   * @param id the entity's id
   * @param version the version of the change
   * @return {@link Version#NEVER} when there was none before; empty when the change is not what the
   *     entity is now, or was not made since this node has started
   */
  Optional<Version> replaced(EntityType type, String id, Version version);

  /**
   * An entity as text: what a store keeps of it, its secrets encrypted with the cluster's key, the
   * number of its format within.
   */
  String encode(Entity entity);

  /**
   * A change whose content came as text.
   *
   * @param type the entity's kind
   * @param id the entity's id
   * @param version the change's version
   * @param text what {@link #encode} made on some node; empty for a tombstone
   */
  Decoded decode(EntityType type, String id, Version version, Optional<String> text);

  /**
   * The version of an entity or of its tombstone.
   *
   * @param type its kind
   * @param id its id
   * @param version the version
   */
  record Versioned(EntityType type, String id, Version version) {}

  /** What became of a text. */
  sealed interface Decoded {
    /**
     * It could be read.
     *
     * @param change what it says
     */
    record Readable(Change change) implements Decoded {}

    /**
     * It could not: it is damaged, of a newer format, or encrypted with another key.
     *
     * @param reason why, and what to do; one line, nothing secret
     */
    record Unreadable(String reason) implements Decoded {}
  }
}
