package bifrost.sync.replication.engine;

import bifrost.api.ledger.Ledger;
import bifrost.api.snapshot.ConfigurationReplica;
import bifrost.api.snapshot.SnapshotOwner;
import java.time.InstantSource;

/**
 * What the engine replicates.
 *
 * @param ledger the counters
 * @param owner applies changes of configuration
 * @param replica shows what there is
 * @param clock the wall clock
 */
public record Local(
    Ledger ledger, SnapshotOwner owner, ConfigurationReplica replica, InstantSource clock) {}
