/**
 * The contract kit of model providers: {@link bifrost.tck.provider.ProviderKit}, and what it and
 * unit tests of providers call them with: calls, bodies, a sink that records, a cancellation under
 * control.
 */
@Export
@Version("1.0.0")
package bifrost.tck.provider;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
