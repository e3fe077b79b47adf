/**
 * Membership as a service: configuration, discovery, listeners, metrics and status around a {@link
 * bifrost.sync.membership.protocol.GossipNode}. {@link bifrost.sync.membership.MembershipComponent}
 * is where it starts.
 */
package bifrost.sync.membership;
