/** What stands between a client and a server in a test, and can be cut, slow or silent. */
@Export
@Version("1.0.0")
package bifrost.tck.network;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
