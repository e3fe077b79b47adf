package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.Version;

/**
 * What is known of an id.
 *
 * @param version its version
 * @param entity its entity; {@code null} when it has ended
 * @param replaced the version before it; {@code null} in a row that was loaded
 */
record Row(Version version, Entity entity, Version replaced) {
  boolean isTombstone() {
    return entity == null;
  }
}
