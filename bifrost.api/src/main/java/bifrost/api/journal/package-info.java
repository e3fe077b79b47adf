/**
 * What is accounted: request logs, counters, configuration changes, and payloads. The core
 * implements {@link bifrost.api.journal.Journal}; governance and management append to it. The types
 * of what it drains are read by storage bundles.
 */
@Export
@Version("1.0.0")
package bifrost.api.journal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
