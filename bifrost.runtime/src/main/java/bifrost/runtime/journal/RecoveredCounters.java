package bifrost.runtime.journal;

import bifrost.api.ledger.Slot;
import java.util.List;
import java.util.function.Consumer;

/**
 * The counters that earlier lives of this node left in their spools: the store may not have them
 * yet. Offered by the journal as a service.
 */
public interface RecoveredCounters {
  /**
   * Hands them over, at once or when they have been read.
   *
   * @param taker called once, on any thread
   */
  void deliver(Consumer<List<Slot>> taker);
}
