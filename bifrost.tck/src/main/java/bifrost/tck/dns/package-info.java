/** A DNS server with a zone that the test writes. */
@Export
@Version("1.0.0")
package bifrost.tck.dns;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
