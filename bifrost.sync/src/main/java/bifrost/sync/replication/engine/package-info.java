/**
 * The replication engine: what is sent over which link, what comes in, and how far everybody has
 * got. It knows no sockets and no threads but those that it is given; {@link
 * bifrost.sync.replication.engine.ReplicationEngine} puts the parts together, {@code
 * docs/replication.md} describes the protocol.
 *
 * <p>Everything runs on one owner ({@link bifrost.sync.membership.protocol.Scheduler}); what may
 * take long (applying configuration, walking over the ledger) runs on a {@link
 * bifrost.sync.replication.engine.Worker} and comes back to the owner.
 */
package bifrost.sync.replication.engine;
