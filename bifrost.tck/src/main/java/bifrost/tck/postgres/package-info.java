/**
 * A real PostgreSQL for tests: primaries, streaming replicas, failover, out of the server's own
 * binaries.
 */
@Export
@Version("1.0.0")
package bifrost.tck.postgres;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
