/**
 * What the node says of itself: its boot, its providers, its readiness. Read by the shell, the
 * management API and {@code /ready}.
 */
@Export
@Version("1.0.0")
package bifrost.api.status;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
