/**
 * Broker mode, for platforms on which nodes can only dial out: {@link
 * bifrost.sync.replication.broker.BrokerServer} relays, {@link
 * bifrost.sync.replication.broker.BrokerLinks} carries links through it. The contract is {@code
 * src/main/proto/bifrost/broker/v1}.
 */
package bifrost.sync.replication.broker;
