/**
 * Filters around a call: guardrails, caches, custom policies. Plugins implement {@link
 * bifrost.api.filter.RequestFilter}; the core calls them by service ranking, highest first, and
 * their response side in reverse order.
 */
@Export
@Version("1.0.0")
package bifrost.api.filter;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
