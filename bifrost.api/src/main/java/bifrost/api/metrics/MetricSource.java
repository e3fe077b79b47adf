package bifrost.api.metrics;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Adds metrics of a bundle to {@code /metrics}.
 *
 * <p>Plugins implement it and register it as a service; the core calls it at each scrape, one
 * scrape at a time. It must be quick and must not do I/O; an exception drops its metrics from that
 * scrape and is logged once. Names follow Prometheus: snake case, a unit at the end, {@code _total}
 * for counters. Label values come from bounded sets, never from a request's text.
 */
@ConsumerType
public interface MetricSource {
  /**
   * Writes the values of now.
   *
   * @param sink takes them; valid during the call
   */
  void collect(Sink sink);

  /** Takes values. Implemented by the core. */
  @ProviderType
  interface Sink {
    /**
     * A value that only grows.
     *
     * @param name its name, ending in {@code _total}
     * @param help one sentence
     * @param labels names and values
     * @param value the value of now
     */
    void counter(String name, String help, Map<String, String> labels, double value);

    /**
     * A value that goes up and down.
     *
     * @param name its name
     * @param help one sentence
     * @param labels names and values
     * @param value the value of now
     */
    void gauge(String name, String help, Map<String, String> labels, double value);
  }
}
