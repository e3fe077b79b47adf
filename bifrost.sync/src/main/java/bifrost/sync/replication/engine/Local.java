package bifrost.sync.replication.engine;

import bifrost.api.cluster.ReplicationState.Conflict;
import bifrost.api.ledger.Ledger;
import bifrost.api.snapshot.ConfigurationReplica;
import bifrost.api.snapshot.SnapshotOwner;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What the engine replicates.
 *
 * @param ledger the counters
 * @param owner applies changes of configuration
 * @param replica shows what there is
 * @param clock the wall clock
 * @param overruled records edits of this node that concurrent ones have overruled; called by the
 *     worker, each once
 */
public record Local(
    Ledger ledger,
    SnapshotOwner owner,
    ConfigurationReplica replica,
    InstantSource clock,
    Consumer<Conflict> overruled) {}
