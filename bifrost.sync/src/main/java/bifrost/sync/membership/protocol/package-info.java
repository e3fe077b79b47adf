/**
 * The rules of membership: SWIM with the extensions of Lifeguard, one idea per file.
 *
 * <p>All state of a node belongs to one owner, the {@link
 * bifrost.sync.membership.protocol.Scheduler}: timers, packets and calls run there one after the
 * other, so nothing here locks. Time comes from the scheduler, chance from an injected generator,
 * the network from a {@link bifrost.sync.membership.transport.Transport}; a test that replaces the
 * three replays a cluster exactly.
 *
 * <p>Start reading at {@link bifrost.sync.membership.protocol.GossipNode}, then {@code StateRules}.
 */
package bifrost.sync.membership.protocol;
