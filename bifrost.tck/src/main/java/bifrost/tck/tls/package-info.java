/** A certificate authority for tests of mutual TLS. */
@Export
@Version("1.0.0")
package bifrost.tck.tls;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
