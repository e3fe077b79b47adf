/** The ledger of this node: counters in memory, and their way from the store and to the journal. */
package bifrost.runtime.ledger;
