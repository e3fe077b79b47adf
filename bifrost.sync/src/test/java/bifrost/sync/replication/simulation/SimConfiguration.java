package bifrost.sync.replication.simulation;

import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ConfigurationReplica;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoreException;
import bifrost.runtime.snapshot.HybridClock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The configuration of a simulated node: teams only, by the rules of the snapshot's owner. */
final class SimConfiguration implements SnapshotOwner, ConfigurationReplica {
  private final String node;
  private final HybridClock clock;
  private final Map<String, Change> rows = new HashMap<>();
  private final Map<String, Version> replaced = new HashMap<>();
  private final long[] sums = new long[BUCKETS];
  private Consumer<List<Change>> listener = changes -> {};
  private boolean failing;

  SimConfiguration(String node, InstantSource clock, List<Change> loaded) {
    this.node = node;
    this.clock = new HybridClock(node, clock);
    loaded.forEach(change -> this.clock.observe(change.version()));
    loaded.forEach(change -> apply(change, false));
  }

  void listener(Consumer<List<Change>> next) {
    listener = next;
  }

  /** Whether nothing of others is kept, as by a node without journal and store. */
  void failing(boolean next) {
    failing = next;
  }

  /** All rows, tombstones among them. */
  List<Change> all() {
    return List.copyOf(rows.values());
  }

  Change write(String id, Optional<String> name) {
    Version known = version(EntityType.TEAM, id);
    Version next = name.isPresent() ? clock.edit(known) : clock.delete(known);
    Change change =
        name.map(text -> Change.put(team(id, text), next))
            .orElseGet(() -> Change.remove(EntityType.TEAM, id, next));
    apply(change, true);
    listener.accept(List.of(change));
    return change;
  }

  static Team team(String id, String name) {
    return new Team(id, name, Optional.empty(), Limits.NONE);
  }

  private void apply(Change change, boolean made) {
    Change before = rows.put(change.id(), change);
    if (made) {
      replaced.put(change.id(), before == null ? Version.NEVER : before.version());
    } else {
      replaced.remove(change.id());
    }
    int bucket = bucket(change.id());
    sums[bucket] += hash(change) - (before == null ? 0 : hash(before));
  }

  private static int bucket(String id) {
    return (id.hashCode() * 31 >>> 3) & (BUCKETS - 1);
  }

  private static long hash(Change change) {
    return (change.id().hashCode() * 31L + change.version().node().hashCode())
        ^ (change.version().time() * 0x9e3779b97f4a7c15L);
  }

  @Override
  public List<Change> merge(List<Change> changes) {
    if (failing) {
      throw new StoreException("there is neither a journal nor a store", true, null);
    }
    List<Change> won = new ArrayList<>();
    for (Change change : changes) {
      if (change.version().isAfter(version(change.type(), change.id()))
          && clock.observe(change.version())) {
        apply(change, true);
        won.add(change);
      }
    }
    if (!won.isEmpty()) {
      listener.accept(won);
    }
    return won;
  }

  @Override
  public Version version(EntityType type, String id) {
    Change change = rows.get(id);
    return change == null ? Version.NEVER : change.version();
  }

  @Override
  public List<Long> digest() {
    List<Long> list = new ArrayList<>(BUCKETS);
    for (long sum : sums) {
      list.add(sum);
    }
    return list;
  }

  @Override
  public long rows() {
    return rows.size();
  }

  @Override
  public List<Versioned> versions(Set<Integer> buckets) {
    return rows.values().stream()
        .filter(change -> buckets.contains(bucket(change.id())))
        .map(change -> new Versioned(change.type(), change.id(), change.version()))
        .toList();
  }

  @Override
  public Optional<Change> find(EntityType type, String id) {
    return Optional.ofNullable(rows.get(id));
  }

  @Override
  public Optional<Version> replaced(EntityType type, String id, Version version) {
    return version(type, id).equals(version)
        ? Optional.ofNullable(replaced.get(id))
        : Optional.empty();
  }

  @Override
  public String encode(Entity entity) {
    return ((Team) entity).name();
  }

  @Override
  public Decoded decode(EntityType type, String id, Version version, Optional<String> text) {
    if (text.isPresent() && text.get().startsWith("unreadable by") && text.get().contains(node)) {
      return new Decoded.Unreadable("it is of a newer format; upgrade this node");
    }
    return new Decoded.Readable(
        text.map(name -> Change.put(team(id, name), version))
            .orElseGet(() -> Change.remove(type, id, version)));
  }

  @Override
  public Snapshot current() {
    throw new UnsupportedOperationException("nobody reads a snapshot here");
  }

  @Override
  public Written put(Entity entity, Optional<Version> expected) {
    throw new UnsupportedOperationException("use write");
  }

  @Override
  public Written remove(EntityType type, String id, Optional<Version> expected) {
    throw new UnsupportedOperationException("use write");
  }
}
