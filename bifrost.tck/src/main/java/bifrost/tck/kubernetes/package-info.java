/** An API server of Kubernetes as far as discovery uses it. */
@Export
@Version("1.0.0")
package bifrost.tck.kubernetes;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
