package bifrost.runtime.pipeline;

import bifrost.api.provider.Provider;
import bifrost.runtime.metrics.TestMetrics;
import bifrost.runtime.provider.ProviderRegistry;

/** A request path around providers of a test. */
public final class PipelineFixture {
  private final TestSnapshot snapshot = new TestSnapshot();
  private final ProviderRegistry registry = new ProviderRegistry();
  private final RequestPath path =
      new RequestPath(
          snapshot, registry, new Plugins(), TestMetrics.create(), () -> 0, System::nanoTime);

  /** Binds a provider. */
  public void bind(Provider provider) {
    registry.bindProvider(Doubles.reference(registry.list().size() + 1, "1.0.0"), provider);
  }

  /** The configuration. */
  public TestSnapshot snapshot() {
    return snapshot;
  }

  /** The path. */
  public RequestPath path() {
    return path;
  }
}
