/**
 * HTTP resources that bundles add to the gateway's own listener: management, console, others.
 * Plugins implement {@link bifrost.api.http.HttpResource}.
 */
@Export
@Version("1.0.0")
package bifrost.api.http;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
