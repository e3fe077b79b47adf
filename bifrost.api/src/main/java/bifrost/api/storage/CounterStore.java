package bifrost.api.storage;

import bifrost.api.ledger.Slot;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where counters are read from at boot. They are written by the journal's drain.
 *
 * <p>Implemented by storage bundles as a service, usually by the same component as {@link
 * ConfigStore}; called by the ledger's load, never by a request. Calls block; safe for any thread.
 */
@ConsumerType
public interface CounterStore {
  /**
   * Reads the slots of every window that had not ended at a time.
   *
   * @param endpoint where to read
   * @param nowMillis windows that ended by then are left out, in milliseconds since the epoch
   * @param slots takes each slot, on the calling thread; what it throws ends the load
   * @return how many slots there were
   * @throws StoreException when the endpoint cannot be read, or has no schema yet
   */
  long loadSlots(ConfigStore.Endpoint endpoint, long nowMillis, Consumer<Slot> slots);
}
