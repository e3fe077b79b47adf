/**
 * The cluster as one node sees it: who its members are, who leads, how peers are found, and short
 * messages between members.
 *
 * <p>{@link bifrost.api.cluster.Membership} is implemented by {@code bifrost.sync} and read by
 * everyone; {@link bifrost.api.cluster.PeerDiscovery} is implemented by the discovery bundles;
 * {@link bifrost.api.cluster.MembershipListener} and {@link bifrost.api.cluster.MessageListener}
 * are registered as services by whoever wants to be told. {@link bifrost.api.cluster.Diagnosis}
 * says what is wrong with the cluster; {@link bifrost.api.cluster.ConfigurationCheck} checks a
 * configuration before a node is started with it.
 */
@Export
@Version("1.0.0")
package bifrost.api.cluster;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
