package bifrost.governance.limit;

import bifrost.api.ledger.Ledger;

/**
 * Where limits are counted, and how much of a hard budget this node may spend.
 *
 * @param ledger the counters
 * @param share this node's part of every hard budget
 */
public record Books(Ledger ledger, Share share) {
  /** Books of a node that may spend all. */
  public Books(Ledger ledger) {
    this(ledger, Share.ALL);
  }
}
