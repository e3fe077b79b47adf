package bifrost.governance;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.Governor;
import bifrost.api.governance.LimitInspector;
import bifrost.api.governance.LimitState;
import bifrost.api.governance.PriceList;
import bifrost.api.ledger.Ledger;
import bifrost.api.metrics.MetricSource;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityCheck;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotListener;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.governance.admission.Admissions;
import bifrost.governance.admission.Rulebook;
import bifrost.governance.inspect.LimitStates;
import bifrost.governance.limit.Books;
import bifrost.governance.price.PriceBook;
import bifrost.governance.price.PriceSource;
import bifrost.governance.routing.Expressions;
import bifrost.governance.routing.Rules;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The stock governor as a service. Another governor takes its place by registering with a higher
 * service ranking than {@value #RANKING}.
 */
@Component(
    configurationPid = GovernorConfig.PID,
    property = "service.ranking:Integer=" + GovernorComponent.RANKING,
    service = {
      Governor.class,
      LimitInspector.class,
      PriceList.class,
      SnapshotListener.class,
      EntityCheck.class,
      MetricSource.class
    })
@Designate(ocd = GovernorConfig.class)
public final class GovernorComponent
    implements Governor, LimitInspector, PriceList, SnapshotListener, EntityCheck, MetricSource {
  static final int RANKING = 100;

  /** What a rulebook is derived from. */
  private static final Set<EntityType> RULEBOOK =
      EnumSet.of(EntityType.MODEL_CONFIG, EntityType.PRICE, EntityType.ROUTING_RULE);

  private static final long SWEEP_SECONDS = 60;

  private final SnapshotOwner snapshots;
  private final Clock clock = Clock.systemUTC();
  private final GovernorSettings settings;
  private final Admissions admissions;
  private final LimitStates states;
  private final PriceSource source;
  private final ConfigCheck check;
  private final ScheduledExecutorService scheduler;
  private final ReentrantLock rebuilding = new ReentrantLock();
  private volatile Expressions expressions;
  private PriceBook prices = PriceBook.builtIn();
  private long revision;

  /** Starts with the snapshot of now and prices of a file; those of a URL follow soon. */
  @Activate
  public GovernorComponent(
      @Reference(name = "ledger") Ledger ledger,
      @Reference(name = "snapshots") SnapshotOwner snapshots,
      GovernorConfig config) {
    this.snapshots = snapshots;
    settings = GovernorSettings.from(config);
    check = new ConfigCheck(this::expressions);
    source = new PriceSource(settings.pricesLocation());
    if (source.isFile()) {
      prices = source.refresh(prices);
    }
    Snapshot snapshot = snapshots.current();
    Books books = new Books(ledger, settings.share());
    admissions =
        new Admissions(
            books,
            clock,
            settings.unpriced(),
            Rulebook.of(snapshot, prices, Rules.NONE.next(snapshot, this::expressions)));
    states = new LimitStates(books, clock, snapshots::current);
    scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bifrost-governance").factory());
    scheduler.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    if (source.changes()) {
      scheduler.scheduleWithFixedDelay(
          this::refreshPrices,
          source.isFile() ? settings.pricesRefresh().toSeconds() : 0,
          settings.pricesRefresh().toSeconds(),
          TimeUnit.SECONDS);
    }
  }

  @Deactivate
  void deactivate() {
    scheduler.shutdownNow();
  }

  @Override
  public Admission admit(AdmissionRequest request, Snapshot snapshot) {
    return admissions.admit(request, snapshot);
  }

  @Override
  public Optional<LimitState> budget(String id) {
    return states.budget(id);
  }

  @Override
  public List<LimitState> of(Entity owner) {
    return states.of(owner);
  }

  @Override
  public Optional<LimitState> rateLimit(String id) {
    return states.rateLimit(id);
  }

  @Override
  public String edition() {
    return admissions.rulebook().prices().version();
  }

  @Override
  public SortedSet<String> models(String provider) {
    return admissions.rulebook().prices().names(snapshots.current(), provider);
  }

  @Override
  public Optional<ModelCost> price(String provider, String model) {
    return admissions
        .rulebook()
        .prices()
        .price(snapshots.current(), provider, model, model, "")
        .map(
            price ->
                new ModelCost(
                    price.base().byUnit(), price.contextTokens(), price.maxOutputTokens()));
  }

  @Override
  public void published(Snapshot snapshot, List<Change> changes) {
    if (changes.isEmpty()
        || changes.stream().anyMatch(change -> RULEBOOK.contains(change.type()))) {
      rebuild(snapshot);
    }
  }

  @Override
  public void check(Entity entity) {
    check.check(entity);
  }

  @Override
  public void collect(Sink sink) {
    admissions.counts().collect(sink);
  }

  /** Takes over a snapshot, unless a newer one has been. */
  private void rebuild(Snapshot snapshot) {
    rebuilding.lock();
    try {
      if (snapshot.revision() >= revision) {
        revision = snapshot.revision();
        admissions.rulebook(
            Rulebook.of(
                snapshot, prices, admissions.rulebook().rules().next(snapshot, this::expressions)));
      }
    } finally {
      rebuilding.unlock();
    }
  }

  private void refreshPrices() {
    PriceBook read = source.refresh(prices);
    rebuilding.lock();
    try {
      prices = read;
    } finally {
      rebuilding.unlock();
    }
    rebuild(snapshots.current());
  }

  private void sweep() {
    admissions.dropUnused(clock.millis() - settings.idleKeys().toMillis());
  }

  /** Made when the first expression comes: most configurations have none. */
  private Expressions expressions() {
    Expressions made = expressions;
    if (made == null) {
      made = new Expressions();
      expressions = made;
    }
    return made;
  }
}
