/**
 * Admission: who may call what, at which rate, for how much. One {@link
 * bifrost.api.governance.Governor} is bound at a time; the core calls it once per request and once
 * per attempt, and settles every reservation exactly once.
 */
@Export
@Version("1.0.0")
package bifrost.api.governance;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
