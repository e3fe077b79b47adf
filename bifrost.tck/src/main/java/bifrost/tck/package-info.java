/**
 * Contract kits, one for each service that plugins implement. A plugin's {@code XContractTest}
 * extends the kit and gives it an implementation; a rule that fails is named by the test.
 */
@Export
@Version("1.0.0")
package bifrost.tck;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
