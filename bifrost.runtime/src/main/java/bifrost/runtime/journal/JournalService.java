package bifrost.runtime.journal;

import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.JournalState;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Slot;
import bifrost.api.metrics.MetricSource;
import bifrost.api.status.ReadinessCheck;
import bifrost.api.storage.JournalStore;
import bifrost.runtime.boot.BootReport;
import bifrost.runtime.boot.NodeSettings;
import bifrost.runtime.journal.file.LocalFolder;
import bifrost.runtime.journal.record.PayloadSeal;
import bifrost.runtime.snapshot.LoadedSnapshot;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The journal as a service, in the folder {@code journal} of the data directory, drained to
 * whatever {@link JournalStore} there is. It starts with the node's identity and stops without the
 * store.
 */
@Component(
    service = {Journal.class, MetricSource.class, ReadinessCheck.class, RecoveredCounters.class},
    configurationPid = JournalConfig.PID)
public final class JournalService
    implements Journal, MetricSource, ReadinessCheck, RecoveredCounters {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final SpoolJournal journal;
  private final JournalThreads threads;
  private final JournalMetrics metrics;
  private volatile JournalStore store;

  /** Opens the spools of this life and starts the threads. */
  @Activate
  public JournalService(
      BundleContext context,
      JournalConfig config,
      @Reference(name = "boot") BootReport boot,
      @Reference(name = "loaded") LoadedSnapshot loaded) {
    JournalSettings settings = JournalSettings.from(config);
    NodeSettings node = NodeSettings.from(context::getProperty);
    this.journal =
        new SpoolJournal(
            new Surroundings(
                new LocalFolder(node.dataDir().resolve("journal")),
                new Writer(boot.nodeId(), boot.epoch()),
                loaded.codec()::row,
                () -> Optional.ofNullable(store),
                System::currentTimeMillis,
                System::nanoTime,
                Thread::sleep,
                new SecureRandom(),
                new PayloadSeal(loaded.box())),
            settings);
    this.metrics = new JournalMetrics(journal, System::currentTimeMillis);
    this.threads = new JournalThreads(journal, settings.commitInterval());
    loaded.unstored().forEach(journal::append);
    threads.start();
  }

  @Deactivate
  void close() {
    threads.stop(STOP_LIMIT);
    journal.close(CLOSE_LIMIT);
  }

  @Reference(
      name = "store",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindStore(JournalStore bound) {
    store = bound;
  }

  void unbindStore(JournalStore gone) {
    if (store == gone) {
      store = null;
    }
  }

  @Override
  public Appended append(JournalRecord record) {
    return journal.append(record);
  }

  @Override
  public JournalState state() {
    return journal.state();
  }

  /** A node that refuses what it cannot account for is no use to those who balance load. */
  @Override
  public Optional<String> missing() {
    return state().refusesMetered()
        ? Optional.of("the disk of the journal takes nothing: free space, or let it be written")
        : Optional.empty();
  }

  @Override
  public void collect(Sink sink) {
    metrics.collect(sink);
  }

  @Override
  public void deliver(Consumer<List<Slot>> taker) {
    journal.keeper().counters().thenAccept(taker);
  }
}
