package bifrost.runtime.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.Writer;
import bifrost.api.ledger.Slot;
import bifrost.api.storage.ConfigStore.Endpoint;
import bifrost.api.storage.CounterStore;
import bifrost.api.storage.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerLoadTest {
  private static final long NOW = 1_000_000_000_000L;

  private final InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW + 1));
  private final MemoryLedger ledger =
      new MemoryLedger(new Writer("n1", 7), clock, 10_000, values -> {});
  private final EnumSet<Endpoint> dark = EnumSet.noneOf(Endpoint.class);
  private final List<Endpoint> asked = new ArrayList<>();
  private final CounterStore store =
      (endpoint, now, slots) -> {
        asked.add(endpoint);
        if (dark.contains(endpoint)) {
          throw new StoreException("dark", true, null);
        }
        for (int i = 0; i < 2_500; i++) {
          slots.accept(new Slot("c" + i, NOW, NOW + 60_000, "n1", 6, 3));
        }
        return 2_500;
      };

  @Test
  void theCountersOfTheStoreAreAddedToWhatIsThere() {
    ledger.open("c2499", NOW, NOW + 60_000).add(4);
    assertTrue(new LedgerLoad(ledger, clock).attempt(store));
    assertEquals(7, ledger.total("c2499", NOW));
    assertEquals(3, ledger.total("c0", NOW));
    assertEquals(List.of(Endpoint.READ), asked);
  }

  @Test
  void theWriteEndpointIsTriedWhenTheReadEndpointIsDarkAndLaterLoadsChangeNothing() {
    dark.add(Endpoint.READ);
    LedgerLoad load = new LedgerLoad(ledger, clock);
    assertTrue(load.attempt(store));
    assertEquals(List.of(Endpoint.READ, Endpoint.WRITE), asked);
    dark.clear();
    assertTrue(load.attempt(store));
    assertEquals(3, ledger.total("c0", NOW));
  }

  @Test
  void aDarkStoreIsToldToTheCaller() {
    dark.addAll(EnumSet.allOf(Endpoint.class));
    assertFalse(new LedgerLoad(ledger, clock).attempt(store));
    assertEquals(0, ledger.size());
  }
}
