package bifrost.runtime.ledger;

import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import bifrost.api.storage.ConfigStore.Endpoint;
import bifrost.api.storage.CounterStore;
import bifrost.api.storage.StoreException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the counters of the store into the ledger, once. Slots only grow, so it may run while
 * requests do, and as late as the store allows.
 */
final class LedgerLoad {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerLoad.class);
  private static final int CHUNK = 1_000;

  private final Ledger ledger;
  private final InstantSource clock;
  private boolean failed;

  LedgerLoad(Ledger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Tries the read endpoint, then the write endpoint.
   *
   * @return whether either could be read
   */
  boolean attempt(CounterStore store) {
    StoreException last = null;
    for (Endpoint endpoint : Endpoint.values()) {
      try {
        long started = clock.millis();
        long slots = load(store, endpoint);
        if (failed || slots > 0) {
          LOG.info(
              "ledger: {} slots read from the {} endpoint in {} ms",
              slots,
              endpoint == Endpoint.READ ? "read" : "write",
              clock.millis() - started);
        }
        return true;
      } catch (StoreException e) {
        last = e;
      }
    }
    if (!failed) {
      failed = true;
      LOG.warn(
          "ledger: the counters cannot be read ({}); until they can, budgets and rate limits count"
              + " what this node and its peers know",
          last.getMessage());
    }
    return false;
  }

  private long load(CounterStore store, Endpoint endpoint) {
    List<Slot> chunk = new ArrayList<>(CHUNK);
    long slots =
        store.loadSlots(
            endpoint,
            clock.millis(),
            slot -> {
              chunk.add(slot);
              if (chunk.size() == CHUNK) {
                ledger.merge(chunk);
                chunk.clear();
              }
            });
    ledger.merge(chunk);
    return slots;
  }
}
