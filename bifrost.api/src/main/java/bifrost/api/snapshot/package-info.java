/**
 * The configuration in memory: immutable entities, the {@link bifrost.api.snapshot.Snapshot} that
 * holds them, and the versioned {@link bifrost.api.snapshot.Change} that leads from one to the
 * next.
 *
 * <p>Plugins read; only the core's snapshot owner implements and replaces.
 */
@Export
@Version("1.0.0")
package bifrost.api.snapshot;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
