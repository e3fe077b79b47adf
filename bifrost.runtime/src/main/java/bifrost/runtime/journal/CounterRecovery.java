package bifrost.runtime.journal;

import bifrost.api.ledger.Ledger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Brings the counters of earlier lives from the journal to the ledger, so that a restart does not
 * forget what was spent while the store is away.
 */
@Component(
    service = {},
    immediate = true)
public final class CounterRecovery {
  /** Brings them over as soon as they are read. */
  @Activate
  public CounterRecovery(
      @Reference(name = "ledger") Ledger ledger,
      @Reference(name = "recovered") RecoveredCounters recovered) {
    recovered.deliver(ledger::merge);
  }
}
