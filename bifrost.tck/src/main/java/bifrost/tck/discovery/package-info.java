/**
 * The kit for discovery services, what a test watches them with, and a discovery in memory to test
 * against. A service's contract test extends {@link bifrost.tck.discovery.PeerDiscoveryKit}.
 */
@Export
@Version("1.0.0")
package bifrost.tck.discovery;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
