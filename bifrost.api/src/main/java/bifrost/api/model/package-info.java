/**
 * Values that every other contract speaks of: operations, wire formats, usage, failures, and the
 * neutral form of a chat and of an embedding.
 *
 * <p>Used by every bundle; nothing here is implemented by plugins. All types are immutable and safe
 * for any thread. No method accepts or returns {@code null}; what may be absent is an {@code
 * Optional}.
 */
@Export
@Version("1.0.0")
package bifrost.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
