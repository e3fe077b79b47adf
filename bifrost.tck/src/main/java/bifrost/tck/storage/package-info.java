/**
 * Kits for stores, and a store in memory to test against. A store's contract test extends {@link
 * bifrost.tck.storage.ConfigStoreKit}.
 */
@Export
@Version("1.0.0")
package bifrost.tck.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
