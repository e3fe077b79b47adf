package bifrost.runtime.pipeline;

import bifrost.api.governance.Governor;
import bifrost.api.journal.Journal;
import bifrost.api.provider.Provider;
import bifrost.runtime.metrics.TestMetrics;
import bifrost.runtime.provider.ProviderRegistry;

/** A request path around providers of a test. */
public final class PipelineFixture {
  private final TestSnapshot snapshot = new TestSnapshot();
  private final ProviderRegistry registry = new ProviderRegistry();
  private final Plugins plugins = new Plugins();
  private final RequestPath path =
      new RequestPath(snapshot, registry, plugins, TestMetrics.create(), () -> 0, System::nanoTime);

  /** Binds a provider. */
  public void bind(Provider provider) {
    registry.bindProvider(Doubles.reference(registry.list().size() + 1, "1.0.0"), provider);
  }

  /** Binds the governor. */
  public void bind(Governor governor) {
    plugins.bindGovernor(Doubles.reference(100, "1.0.0"), governor);
  }

  /** Binds the journal. */
  public void bind(Journal journal) {
    plugins.bindJournal(journal);
  }

  /** The configuration. */
  public TestSnapshot snapshot() {
    return snapshot;
  }

  /** The path. */
  public RequestPath path() {
    return path;
  }

  /** The list of models. */
  public ModelList models() {
    return new ModelList(snapshot, registry, plugins);
  }
}
