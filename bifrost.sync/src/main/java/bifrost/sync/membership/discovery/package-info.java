/**
 * Uses the discovery services for this node: opens and closes their sessions, so that one is in
 * place before another goes; checks, resolves and unites what they find. Start at {@link
 * bifrost.sync.membership.discovery.DiscoveryHub}.
 */
package bifrost.sync.membership.discovery;
