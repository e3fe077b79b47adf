package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.Version;

/** What is known of an id: its version, and its entity unless it has ended. */
record Row(Version version, Entity entity) {
  boolean isTombstone() {
    return entity == null;
  }
}
