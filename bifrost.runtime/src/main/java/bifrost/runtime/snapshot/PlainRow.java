package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.Version;

/** A row that holds its entity as it is, or none when it has ended. */
record PlainRow(String id, Version version, Entity entity, Version replaced) implements Row {
  @Override
  public boolean hasId(String other) {
    return id.equals(other);
  }

  @Override
  public int idHash() {
    return id.hashCode();
  }

  @Override
  public Entity peek() {
    return entity;
  }

  @Override
  public boolean isTombstone() {
    return entity == null;
  }
}
