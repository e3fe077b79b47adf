/**
 * What is accounted: one record per request, settlements, configuration changes. The core
 * implements {@link bifrost.api.journal.Journal}; governance and management append to it.
 */
@Export
@Version("1.0.0")
package bifrost.api.journal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
