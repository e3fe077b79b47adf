/**
 * Metrics that bundles add to {@code /metrics}. Plugins implement {@link
 * bifrost.api.metrics.MetricSource}.
 */
@Export
@Version("1.0.0")
package bifrost.api.metrics;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
