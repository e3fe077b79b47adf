/** What tests of Declarative Services components need without a framework. */
@Export
@Version("1.0.0")
package bifrost.tck.component;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
