/**
 * What was spent, by whom, in which window: counters that converge.
 *
 * <p>A counter is the sum of slots, one for each writer (a node in one of its lives). A slot only
 * grows, so merging is taking the greater value, and loss, duplication and reordering of slots
 * cannot hurt. The core implements {@link bifrost.api.ledger.Ledger}; governance adds, replication
 * moves slots between nodes, the journal and the store persist them, and none of them knows the
 * others.
 */
@Export
@Version("1.0.0")
package bifrost.api.ledger;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
