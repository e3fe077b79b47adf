/**
 * The exchange of counters and configuration between the members, as a service: {@link
 * bifrost.sync.replication.ReplicationComponent} wires the engine to the ledger, the configuration,
 * the membership and a transport.
 */
package bifrost.sync.replication;
