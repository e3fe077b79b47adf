package bifrost.runtime.journal.drain;

import bifrost.api.storage.StoreException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the store is away; one log line when it goes and one when it is back. */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  private final LongSupplier millis;
  private volatile long since;

  Outage(LongSupplier millis) {
    this.millis = millis;
  }

  boolean isOn() {
    return since != 0;
  }

  void failed(String store, long waiting, StoreException cause) {
    if (since != 0) {
      return;
    }
    since = Math.max(1, millis.getAsLong());
    LOG.warn(
        "journal: {} {}; {} records wait on disk, it is tried again for ever: {}",
        store,
        cause.isTransient() ? "is away" : "cannot be used until a person mends it",
        waiting,
        cause.getMessage());
  }

  /** Returns whether an outage has ended by it. */
  boolean worked(String store, long waiting) {
    if (since == 0) {
      return false;
    }
    LOG.info(
        "journal: {} is back after {}; {} records wait",
        store,
        Duration.ofMillis(millis.getAsLong() - since),
        waiting);
    since = 0;
    return true;
  }
}
