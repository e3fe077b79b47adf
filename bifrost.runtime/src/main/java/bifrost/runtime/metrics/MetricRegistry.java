package bifrost.runtime.metrics;

import bifrost.api.metrics.MetricSource;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that {@code /metrics} shows: the core's own registry, and the bundles' sources. */
@Component(service = MetricRegistry.class)
public final class MetricRegistry {
  /** The media type of the page. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final Logger LOG = LoggerFactory.getLogger(MetricRegistry.class);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final List<MetricSource> sources = new CopyOnWriteArrayList<>();
  private final Map<MetricSource, Boolean> failing = new ConcurrentHashMap<>();
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  /** The registry for the core's own metrics. */
  PrometheusRegistry registry() {
    return registry;
  }

  /** The page of now. */
  public byte[] page() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
    writer.write(out, registry.scrape());
    writer.write(out, sourceMetrics().snapshots());
    return out.toByteArray();
  }

  private SourceMetrics sourceMetrics() {
    SourceMetrics gathered = new SourceMetrics();
    for (MetricSource source : sources) {
      try {
        source.collect(gathered);
        failing.remove(source);
      } catch (RuntimeException e) {
        if (failing.put(source, true) == null) {
          LOG.warn("metrics of {} left out: {}", source.getClass().getName(), e.toString());
        }
      }
    }
    return gathered;
  }

  /** Takes a source in. */
  @Reference(
      name = "sources",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindSource")
  public void bindSource(MetricSource source) {
    sources.add(source);
  }

  /** Takes a source out. */
  public void unbindSource(MetricSource source) {
    sources.remove(source);
    failing.remove(source);
  }
}
