/**
 * Durable stores of configuration, and of what the journal drains. Implemented by storage bundles,
 * called by the core at boot, by the journal's drain and by the management API; never called on the
 * request path.
 */
@Export
@Version("1.0.0")
package bifrost.api.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
