/** Agents of Consul as far as discovery uses them, with the behaviour of the real ones. */
@Export
@Version("1.0.0")
package bifrost.tck.consul;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
