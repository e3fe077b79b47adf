package bifrost.runtime.metrics;

/** Metrics for tests, in a registry of their own. */
public final class TestMetrics {
  private TestMetrics() {}

  /** Metrics that nobody scrapes. */
  public static RequestMetrics create() {
    return new RequestMetrics(new MetricRegistry());
  }
}
