package bifrost.runtime.snapshot;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ConfigurationReplica;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.runtime.snapshot.codec.BadRowException;
import bifrost.runtime.snapshot.codec.EntityCodec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows the snapshot's versions and texts to replication. */
@Component
public final class ReplicaService implements ConfigurationReplica {
  private final SnapshotService owner;
  private final EntityCodec codec;

  /** Of this owner's snapshot. */
  @Activate
  public ReplicaService(
      @Reference(name = "owner") SnapshotService owner,
      @Reference(name = "loaded") LoadedSnapshot loaded) {
    this.owner = owner;
    this.codec = loaded.codec();
  }

  @Override
  public List<Long> digest() {
    return owner.snapshot().digest().sums();
  }

  @Override
  public long rows() {
    return owner.snapshot().rows();
  }

  @Override
  public List<Versioned> versions(Set<Integer> buckets) {
    return owner.snapshot().versions(buckets);
  }

  @Override
  public Optional<Change> find(EntityType type, String id) {
    return owner.snapshot().change(type, id);
  }

  @Override
  public Optional<Version> replaced(EntityType type, String id, Version version) {
    return owner.snapshot().replaced(type, id, version);
  }

  @Override
  public String encode(Entity entity) {
    return codec.encode(entity);
  }

  @Override
  public Decoded decode(EntityType type, String id, Version version, Optional<String> text) {
    if (text.isEmpty()) {
      return new Decoded.Readable(Change.remove(type, id, version));
    }
    try {
      return new Decoded.Readable(Change.put(codec.decode(type, id, text.get()), version));
    } catch (BadRowException | InvalidConfigException | IllegalArgumentException e) {
      return new Decoded.Unreadable(e.getMessage());
    }
  }
}
