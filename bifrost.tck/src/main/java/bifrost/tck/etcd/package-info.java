/** Real etcd servers for tests. */
@Export
@Version("1.0.0")
package bifrost.tck.etcd;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
