/**
 * The management API below {@code /api}: resources that bundles add to it, served only to
 * administrators. Plugins implement {@link bifrost.api.management.ManagementResource}.
 */
@Export
@Version("1.0.0")
package bifrost.api.management;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
